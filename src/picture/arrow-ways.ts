/** The ways of arrows: straight past the boxes of a row, bent only in the gaps between rows. Stage: picture. */

export interface Point { readonly x: number; readonly y: number }

/** A box by its middle. */
export interface Placed extends Point { readonly width: number; readonly height: number }

/** An arrow and the points that its layout leads it by. */
export interface Led { readonly from: string; readonly to: string; readonly points: readonly Point[] }

/** Boxes whose middles are at one height. */
interface Row { readonly middle: number; top: number; bottom: number }

/** Room for the tip, and for what marks the corners of a box. */
const TIP = 10
const CORNER = 10
const FLAG = 26
/** Between the ends of two arrows at one side of a box. */
const APART = 22

/**
 * For each arrow of a picture that goes downwards, an even number of points: from the first to the second it runs straight down, from the second to the third it
 * bends, and so on. A bend lies between two rows and a straight part where the layout left room for it, so no arrow passes over a box. Where several
 * arrows meet a box, they stand side by side in the order they come from.
 */
export function arrowWays(boxes: ReadonlyMap<string, Placed>, arrows: readonly Led[]): Point[][] {
  const rows = rowsOf([...boxes.values()])
  const between = arrows.map(({ from, to, points }) => {
    const [above, below] = [boxes.get(from)!.y, boxes.get(to)!.y]
    return rows.filter(({ middle }) => middle > above + 1 && middle < below - 1).map((row) => ({ row, x: acrossAt(points, row.middle) }))
  })
  const starts = ends(boxes, arrows.map(({ from, to }, index) => ({ at: from, towards: between[index]![0]?.x ?? boxes.get(to)!.x })), 0)
  const tips = ends(boxes, arrows.map(({ from, to }, index) => ({ at: to, towards: between[index]!.at(-1)?.x ?? boxes.get(from)!.x })), FLAG)
  return arrows.map(({ from, to }, index) => {
    const [a, b] = [boxes.get(from)!, boxes.get(to)!]
    const [start, tip, top] = [starts[index]!, tips[index]!, b.y - b.height / 2]
    return [
      { x: start, y: a.y + a.height / 2 }, { x: start, y: rowOf(rows, a).bottom },
      ...between[index]!.flatMap(({ row, x }) => [{ x, y: row.top }, { x, y: row.bottom }]),
      { x: tip, y: Math.min(rowOf(rows, b).top, top - TIP) }, { x: tip, y: top },
    ]
  })
}

function rowsOf(boxes: readonly Placed[]): Row[] {
  const rows: Row[] = []
  for (const { y, height } of boxes.toSorted((a, b) => a.y - b.y)) {
    const last = rows.at(-1)
    if (last === undefined || y - last.middle > 1) rows.push({ middle: y, top: y - height / 2, bottom: y + height / 2 })
    else [last.top, last.bottom] = [Math.min(last.top, y - height / 2), Math.max(last.bottom, y + height / 2)]
  }
  return rows
}

function rowOf(rows: readonly Row[], { y }: Placed): Row { return rows.findLast(({ middle }) => middle <= y + 0.01)! }

/** Where the line through `points` is at height `y`. */
function acrossAt(points: readonly Point[], y: number): number {
  const next = points.findIndex((point) => point.y >= y)
  const [to, from] = [points.at(next)!, points.at(Math.max(0, next - 1))!]
  return to.y - from.y < 0.01 ? to.x : from.x + (to.x - from.x) * (y - from.y) / (to.y - from.y)
}

/** Places at one side of each box, for arrows in the order of where they lead; `keptFree` at its right end. */
function ends(boxes: ReadonlyMap<string, Placed>, wanted: readonly { readonly at: string; readonly towards: number }[], keptFree: number): number[] {
  const places: number[] = []
  for (const [id, indices] of Map.groupBy(wanted.keys(), (index) => wanted[index]!.at)) {
    const { x, width } = boxes.get(id)!
    const [left, right] = [x - width / 2 + CORNER, x + width / 2 - Math.max(CORNER, keptFree)]
    const apart = Math.min(APART, (right - left) / Math.max(1, indices.length - 1))
    // The middle of them as near as it can be to where they lead.
    const middle = indices.reduce((sum, index) => sum + wanted[index]!.towards, 0) / indices.length
    const first = Math.min(Math.max(middle - apart * (indices.length - 1) / 2, left), right - apart * (indices.length - 1))
    for (const [position, index] of indices.toSorted((a, b) => wanted[a]!.towards - wanted[b]!.towards).entries()) places[index] = first + position * apart
  }
  return places
}
