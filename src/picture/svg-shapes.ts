/** The outlines of boxes and arrows in SVG. Stage: picture. */
import type { Point } from './layout.ts'
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

/** A smooth line through `points` and its tip. */
export function arrowShape(points: readonly Point[]): { readonly line: string; readonly head: string } {
  const [from, to] = [points.at(-2)!, points.at(-1)!]
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length]
  const back = { x: to.x - dx * 8, y: to.y - dy * 8 }
  const inner = points.slice(1, -1)
  const curves = inner.map((point, index) => {
    const next = inner[index + 1]
    const end = next === undefined ? back : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 }
    return `Q${at(point)} ${at(end)}`
  })
  const head = `M${at(to)}L${at({ x: back.x - dy * 4, y: back.y + dx * 4 })}L${at({ x: back.x + dy * 4, y: back.y - dx * 4 })}z`
  return { line: `M${at(points[0]!)}${curves.length > 0 ? curves.join('') : `L${at(back)}`}`, head }
}

function at({ x, y }: Point): string { return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}` }
