/** Battleship on a small sea: where the ships lie, and what a shot shows. */

/** One row per text: `.` not shot at, `x` hit, `o` missed. */
export type View = readonly string[]
export interface Cell { readonly row: number; readonly column: number }

export const SIZE = 6
const SHIPS = [3, 2, 2]
export const SHIP_CELLS = SHIPS.reduce((sum, length) => sum + length, 0)

export const unknownSea: View = Array.from({ length: SIZE }, () => '.'.repeat(SIZE))

/** The cells of ships that do not overlap, as `row,column`; the same for the same seed. */
export function shipsOf(seed: number): ReadonlySet<string> {
  let state = seed * 2_654_435_761 >>> 0
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor(state / 2 ** 32 * limit)
  }
  const taken = new Set<string>()
  for (const length of SHIPS) {
    for (;;) {
      const [across, along, start] = [below(2) === 0, below(SIZE), below(SIZE - length + 1)]
      const cells = Array.from({ length }, (_, index) => (across ? `${along},${start + index}` : `${start + index},${along}`))
      if (cells.some((cell) => taken.has(cell))) continue
      for (const cell of cells) taken.add(cell)
      break
    }
  }
  return taken
}

/** The view after a shot. */
export function shoot(ships: ReadonlySet<string>, view: View, { row, column }: Cell): View {
  if (view[row]?.[column] === undefined) throw new RangeError(`expected a cell of the sea, received row ${row}, column ${column}`)
  const mark = ships.has(`${row},${column}`) ? 'x' : 'o'
  return view.map((line, index) => (index === row ? line.slice(0, column) + mark + line.slice(column + 1) : line))
}

export const countOf = (view: View, mark: string): number => view.join('').split(mark).length - 1
