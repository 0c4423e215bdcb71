import { expect, test } from 'vitest'
import { countOf, SHIP_CELLS, shipsOf, shoot, SIZE, unknownSea } from './game.ts'
import { play } from './player.ts'

test('a sea holds all ships, straight and apart, the same for the same seed', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const cells = [...shipsOf(seed)].map((cell) => cell.split(',').map(Number) as [number, number])
    expect(new Set(cells.map(String)).size).toBe(SHIP_CELLS)
    expect(cells.flat().every((at) => at >= 0 && at < SIZE)).toBe(true)
    const [first, second, third] = cells
    expect(first![0] === third![0] || first![1] === third![1]).toBe(true)
    expect(Math.abs(first![0] - second![0]) + Math.abs(first![1] - second![1])).toBe(1)
    expect([...shipsOf(seed)]).toEqual([...shipsOf(seed)])
  }
})

test('a shot shows what lies there, and a shot beside the sea is an error', () => {
  const ships = new Set(['0,1'])
  expect(shoot(ships, shoot(ships, unknownSea, { row: 0, column: 1 }), { row: 5, column: 0 })).toEqual(['.x....', '......', '......', '......', '......', 'o.....'])
  expect(() => shoot(ships, unknownSea, { row: 6, column: 0 })).toThrow('expected a cell of the sea, received row 6, column 0')
  expect(countOf(['x.x', 'o..'], 'x')).toBe(2)
})

test('the first player shoots at one cell for ever', () => {
  expect(play(1).value.lost).toBe(17)
})
