/** Where boxes and arrows of a picture stand, in pixels. Stage: picture. */
import type * as Dagre from '@dagrejs/dagre'
import { arrowWays, type Placed, type Point } from './arrow-ways.ts'
import type { Box, Picture } from './picture.ts'
import { BOX_COLUMNS, columns, LINE, wrap } from './wrap.ts'

/** A line of text: `role` tells its looks, `from` which line of its box it is a part of; 0 is the title. */
interface TextLine { readonly role: 'title' | 'description' | 'input' | 'value'; readonly text: string; readonly from: number }

/** A box with its upper left corner. */
export interface PlacedBox extends Point { readonly box: Box; readonly texts: readonly TextLine[]; readonly width: number; readonly height: number }

/** Straight from the first point to the second, bent from the second to the third, and so on. */
export interface PlacedArrow { readonly blamed: boolean; readonly points: readonly Point[] }

export interface PlacedFrame extends Point { readonly title: string; readonly width: number; readonly height: number }

export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly PlacedBox[]
  readonly arrows: readonly PlacedArrow[]
  /** Outer ones first. */
  readonly frames: readonly PlacedFrame[]
}

/** Of the fonts that systems use for `monospace` none is wider. */
export const COLUMN = 7.3
export const PADDING = 10
/** Room for outlines and flags. */
const MARGIN = 10

/** Nor is a box made larger than this for its arrows. */
const MAX_ROOM = 240

type Sized = Omit<PlacedBox, 'x' | 'y'>

/** Lays `picture` out downwards or to the right, whichever fits better on a screen. The texts of pictures with the same boxes, `alike`, have room in it as well. */
export async function layOut(picture: Picture, alike: readonly Picture[] = []): Promise<Layout> {
  const dagre = await import('@dagrejs/dagre')
  const sized = picture.boxes.map((box, index) => alike.reduce((own, { boxes }) => widened(own, sizeOf(boxes[index]!)), sizeOf(box)))
  const layouts = (['TB', 'LR'] as const).map((rankdir) => place(dagre, picture, sized, rankdir))
  return layouts.reduce((best, other) => (misfit(other) < misfit(best) ? other : best))
}

/** How much larger a screen of 3:2 has to be than the first one to show all of it. */
function misfit({ width, height }: Layout): number { return Math.max(width / 3, height / 2) }

function sizeOf(box: Box): Sized {
  const texts: TextLine[] = [{ role: 'title' as const, text: box.title }, ...box.lines].flatMap(({ role, text }, from) => wrap(text, BOX_COLUMNS).map((line) => ({ role, text: line, from })))
  const widest = Math.max(...texts.map(({ text }) => columns(text)), 8)
  return { box, texts, width: Math.ceil(widest * COLUMN + 2 * PADDING + (box.kind === 'error' ? PADDING : 0)), height: texts.length * LINE + 2 * PADDING }
}

function widened(own: Sized, { width, height }: Sized): Sized { return { ...own, width: Math.max(own.width, width), height: Math.max(own.height, height) } }

/** Boxes with room for the arrows that meet at one side of them. */
function roomy(sized: readonly Sized[], arrows: Picture['arrows'], rankdir: 'TB' | 'LR'): Sized[] {
  const counts = [arrows.map(({ from }) => from), arrows.map(({ to }) => to)].map((ids) => Map.groupBy(ids, (id) => id))
  return sized.map((one) => {
    const meet = Math.max(...counts.map((count) => count.get(one.box.id)?.length ?? 0))
    const room = Math.min(MAX_ROOM, meet * 10 + 26)
    return rankdir === 'TB' ? { ...one, width: Math.max(one.width, room) } : { ...one, height: Math.max(one.height, room) }
  })
}

function place({ Graph, layout }: typeof Dagre, { arrows, frames }: Picture, given: readonly Sized[], rankdir: 'TB' | 'LR'): Layout {
  const sized = roomy(given, arrows, rankdir)
  const graph = new Graph<object, { x: number; y: number; width: number; height: number }, { points: Point[] }>({ compound: frames.length > 0 })
  graph.setGraph({ rankdir, nodesep: 22, ranksep: 52 } as never)
  for (const { box, width, height } of sized) graph.setNode(box.id, { width, height } as never)
  for (const { id } of frames) graph.setNode(id, {} as never)
  for (const { id, around } of frames) if (around !== undefined) graph.setParent(id, around)
  for (const { box: { id, frame } } of sized) if (frame !== undefined) graph.setParent(id, frame)
  for (const { from, to } of arrows) graph.setEdge(from, to, {} as never)
  layout(graph)
  // What goes to the right is what goes downwards, turned.
  const turn = <P extends Point>(point: P): P => (rankdir === 'TB' ? point : { ...point, x: point.y, y: point.x })
  const boxes = new Map(sized.map(({ box: { id } }): [string, Placed] => {
    const { x, y, width, height } = graph.node(id)
    return [id, rankdir === 'TB' ? { x, y, width, height } : { x: y, y: x, width: height, height: width }]
  }))
  const ways = arrowWays(boxes, arrows.map(({ from, to }) => ({ from, to, points: graph.edge(from, to)!.points.map(turn) }))).map((way) => way.map(turn))
  return fit(
    frames.map(({ id, title }) => framed(title, graph.node(id))),
    sized.map((one) => {
      const { x, y } = graph.node(one.box.id)
      return { ...one, x: x - one.width / 2, y: y - one.height / 2 }
    }),
    arrows.map(({ blamed }, index) => ({ blamed, points: ways[index]! })),
  )
}

/** With room for its title above the boxes. */
function framed(title: string, { x, y, width, height }: { x: number; y: number; width: number; height: number }): PlacedFrame {
  const [wide, high] = [Math.max(width, columns(title) * COLUMN + 2 * PADDING), height + LINE]
  return { title, x: x - width / 2, y: y - height / 2 - LINE, width: wide, height: high }
}

/** Moves everything to where the page begins: arrows may lead around the boxes outside. */
function fit(frames: readonly PlacedFrame[], boxes: readonly PlacedBox[], arrows: readonly PlacedArrow[]): Layout {
  const areas = [...frames, ...boxes]
  const corners = [...areas, ...areas.map(({ x, y, width, height }) => ({ x: x + width, y: y + height })), ...arrows.flatMap(({ points }) => points)]
  if (corners.length === 0) return { width: 0, height: 0, boxes, arrows, frames }
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)]
  const [left, top] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN]
  const moved = <P extends Point>(point: P): P => ({ ...point, x: point.x - left, y: point.y - top })
  return {
    width: Math.max(...xs) - left + MARGIN, height: Math.max(...ys) - top + MARGIN,
    frames: frames.map(moved), boxes: boxes.map(moved), arrows: arrows.map(({ blamed, points }) => ({ blamed, points: points.map(moved) })),
  }
}
