/** The outlines of boxes and arrows in SVG. Stage: picture. */
import type { Point } from './arrow-ways.ts'
import type { BoxKind } from './picture.ts'
import { element } from './svg-text.ts'

/** How a box stands out. */
export interface Marks { readonly blamed: boolean; readonly output: boolean }

const CORNER = 10

/** What is drawn behind the text of a box whose upper left corner is the origin. */
export function boxShape(kind: BoxKind, width: number, height: number, { blamed, output }: Marks): string[] {
  return [
    ...output ? [element('path', { class: 'output', d: outline(kind, -4, -4, width + 8, height + 8) })] : [],
    ...kind === 'more' ? [element('path', { class: 'shape', d: outline(kind, 5, 5, width, height) })] : [],
    element('path', { class: 'shape', d: outline(kind, 0, 0, width, height) }),
    ...kind === 'value' ? [element('path', { class: 'fold', d: `M${width - CORNER} 0v${CORNER}h${CORNER}` })] : [],
    ...blamed ? [element('path', { class: 'flag', d: `M${width - 22} -9h13v14l-6.5 -5l-6.5 5z` })] : [],
  ]
}

function outline(kind: BoxKind, x: number, y: number, width: number, height: number): string {
  const c = CORNER
  if (kind === 'value') return `M${x} ${y}h${width - c}l${c} ${c}v${height - c}h${-width}z`
  if (kind === 'error') return `M${x + c} ${y}h${width - 2 * c}l${c} ${c}v${height - 2 * c}l${-c} ${c}h${2 * c - width}l${-c} ${-c}v${2 * c - height}z`
  if (kind === 'parameter') return `M${x} ${y}h${width}v${height}h${-width}z`
  return `M${x + c} ${y}h${width - 2 * c}q${c} 0 ${c} ${c}v${height - 2 * c}q0 ${c} ${-c} ${c}h${2 * c - width}q${-c} 0 ${-c} ${-c}v${2 * c - height}q0 ${-c} ${c} ${-c}z`
}

/** Length of the tip of an arrow. */
const TIP = 8

/** The line of an arrow along its `points`, straight and bent in turn, and its tip. */
export function arrowShape(points: readonly Point[]): { readonly line: string; readonly head: string } {
  const [from, to] = [points.at(-2)!, points.at(-1)!]
  const isDown = from.x === to.x
  const back = isDown ? { x: to.x, y: to.y - TIP } : { x: to.x - TIP, y: to.y }
  const parts = points.map((point, index) => {
    if (index === 0) return `M${at(point)}`
    if (index % 2 === 1) return `L${at(index === points.length - 1 ? back : point)}`
    const before = points[index - 1]!
    const [x, y] = [(before.x + point.x) / 2, (before.y + point.y) / 2]
    return isDown ? `C${at({ x: before.x, y })} ${at({ x: point.x, y })} ${at(point)}` : `C${at({ x, y: before.y })} ${at({ x, y: point.y })} ${at(point)}`
  })
  const side = isDown ? { x: 4, y: 0 } : { x: 0, y: 4 }
  return { line: parts.join(''), head: `M${at(to)}L${at({ x: back.x - side.x, y: back.y - side.y })}L${at({ x: back.x + side.x, y: back.y + side.y })}z` }
}

function at({ x, y }: Point): string { return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}` }
