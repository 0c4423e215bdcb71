/** A player of Battleship in two steps whose code can be learned: reason about the sea, then act. */
import { bundle, node } from 'trace-eval'
import { countOf, shipsOf, shoot, SIZE, unknownSea, type Cell, type View } from './game.ts'

/** Shots in one game: enough for half of the sea. */
const SHOTS = 18

/** One row per text: `.` not shot at, `x` hit, `o` missed. */
type Sea = readonly string[]
interface Shot { readonly row: number; readonly column: number }

/** How likely a ship lies in each cell, as rows of numbers. Ships are straight and at least two cells long. */
const reason = bundle(function reason(sea: Sea): number[][] {
  return sea.map((line) => [...line].map(() => 1))
}, { trainable: true })

/** Where to shoot next, by how likely a ship lies in each cell. A second shot at a cell is lost. */
const act = bundle(function act(sea: Sea, chances: number[][]): Shot {
  const row = sea.findIndex((line) => line.includes('.'))
  return { row, column: chances[row]!.indexOf(Math.max(...chances[row]!)) }
}, { trainable: true })

/** Plays one game: what is known of the sea at its end, and how many shots were lost. */
export function play(seed: number) {
  const ships = shipsOf(seed)
  const fire = bundle(function fire(sea: View, shot: Cell): View { return shoot(ships, sea, shot) })
  const result = bundle(function result(sea: View) { return { hits: countOf(sea, 'x'), lost: SHOTS - (SIZE * SIZE - countOf(sea, '.')) } })
  let sea = node(unknownSea, 'sea')
  for (let shot = 0; shot < SHOTS; shot++) sea = fire(sea, act(sea, reason(sea)))
  return result(sea)
}
