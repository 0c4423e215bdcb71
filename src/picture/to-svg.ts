/** Pictures as standalone SVG. Stage: picture. */
import { COLUMN, layOut, PADDING, type Layout, type PlacedArrow, type PlacedBox, type PlacedFrame } from './layout.ts'
import { makePicture } from './make-picture.ts'
import type { Drawable, PictureOptions } from './options.ts'
import { isValue, type Picture } from './picture.ts'
import { arrowShape, boxShape } from './svg-shapes.ts'
import { legend, LEGEND_HEIGHT, legendWidth } from './svg-legend.ts'
import { element, text } from './svg-text.ts'
import { styleSheet } from './svg-style.ts'
import { columns, LINE, wrap } from './wrap.ts'

const MARGIN = 16

/**
 * The graph behind nodes, or of a TGJ document, as an SVG file of its own: no script, nothing loaded, light and dark by
 * what the reader prefers. Parameters are boxes, given values have a folded corner, steps are rounded, failed steps cut at
 * the corners; the way of blame is thick, and blamed boxes carry a flag; a legend says so.
 *
 * @param graph - One node, several, or a document of any origin.
 * @throws {TraceEvalError} `PICTURE_INPUT` for what is no graph, `PICTURE_OPTIONS`, `TGJ_DOCUMENT`.
 * @example
 * ```ts
 * import { op, parameter } from 'trace-eval'
 * import { toSvg } from 'trace-eval/graphs'
 *
 * const svg = await toSvg(op.multiply(parameter('price', 2), 3), { title: 'the total', blame: 'all' })
 * svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"') // true
 * ```
 */
export async function toSvg(graph: Drawable, options: PictureOptions = {}): Promise<string> {
  const picture = makePicture(graph, options)
  return drawSvg(picture, await layOut(picture))
}

/** `picture` as it is placed. As a part of a page, with this `id`, it has no style of its own, and its values are marked: `data-line` tells which line of its box each is. */
export function drawSvg(picture: Picture, placed: Layout, id?: string): string {
  const head = headOf(picture)
  const top = MARGIN + head.length * LINE + (head.length > 0 ? MARGIN : 0)
  const width = Math.ceil(Math.max(placed.width, legendWidth(picture), ...head.map((line) => columns(line.text) * COLUMN)) + 2 * MARGIN)
  const height = Math.ceil(top + placed.height + MARGIN + LEGEND_HEIGHT + MARGIN)
  const left = (width - placed.width) / 2
  const name = picture.title ?? 'trace graph'
  return `${element('svg', {
    xmlns: 'http://www.w3.org/2000/svg', ...id !== undefined && { id }, class: 'trace-eval-graph', role: 'img', 'aria-label': name, width, height, viewBox: `0 0 ${width} ${height}`,
  }, [
    element('title', {}, [text(name)]),
    ...id === undefined ? [element('style', {}, [styleSheet])] : [],
    element('rect', { class: 'page', width, height }),
    ...head.map(({ text: line, role }, index) => element('text', { class: role, x: MARGIN, y: MARGIN + index * LINE + 12 }, [text(line)])),
    element('g', { transform: `translate(${round(left)} ${top})` }, [...placed.frames.map(frame), ...placed.arrows.map(arrow), ...placed.boxes.map((one) => box(one, id !== undefined))]),
    element('g', { transform: `translate(${MARGIN} ${round(top + placed.height + MARGIN)})` }, legend(picture)),
  ])}\n`
}

function headOf({ title, notes }: Picture): { readonly text: string; readonly role: string }[] {
  return [...title === undefined ? [] : wrap(title, 100).map((line) => ({ text: line, role: 'head' })), ...notes.flatMap((note) => wrap(note, 100)).map((line) => ({ text: line, role: 'note' }))]
}

function frame({ title, x, y, width, height }: PlacedFrame): string {
  return element('g', { class: 'frame', transform: `translate(${round(x)} ${round(y)})` }, [
    element('rect', { class: 'inside', width: round(width), height: round(height) }), element('text', { class: 'note', x: PADDING, y: LINE }, [text(title)]),
  ])
}

function arrow({ points, blamed }: PlacedArrow): string {
  const { line, head } = arrowShape(points)
  return element('g', { class: blamed ? 'arrow blamed' : 'arrow' }, [element('path', { class: 'line', d: line }), element('path', { class: 'tip', d: head })])
}

function box({ box: { kind, title, lines, blamed, output }, texts, x, y, width, height }: PlacedBox, inPage: boolean): string {
  const whole = [title, ...lines.map((line) => line.text)].join(' | ')
  return element('g', { class: `box ${kind}${blamed ? ' blamed' : ''}`, transform: `translate(${round(x)} ${round(y)})` }, [
    // In a page the values change, and all of it can be read in the box.
    ...inPage ? [] : [element('title', {}, [text(whole)])],
    ...boxShape(kind, width, height, { blamed, output }),
    ...texts.map(({ role, text: line, from }, index) => element('text', { class: role, ...inPage && isValue({ role }) && { 'data-line': from }, x: PADDING + (kind === 'error' ? PADDING / 2 : 0), y: PADDING + index * LINE + 12 }, [text(line)])),
  ])
}

const round = (value: number): number => Math.round(value * 10) / 10
