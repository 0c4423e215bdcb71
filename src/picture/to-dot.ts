/** Pictures in DOT, the language of Graphviz. Stage: picture. */
import { wrap } from './wrap.ts'
import { makePicture } from './make-picture.ts'
import type { Drawable, PictureOptions } from './options.ts'
import { kindNames, type Box, type BoxFrame, type BoxKind } from './picture.ts'

const shapes: Readonly<Record<BoxKind, readonly [shape: string, line: string]>> = {
  parameter: ['shape=box, style=filled, fillcolor="#ffe2b3"', '#9a5b00'],
  value: ['shape=note, style=filled, fillcolor="#e6e6e6"', '#6b6b6b'],
  step: ['shape=box, style="filled,rounded", fillcolor="#dbe9f8"', '#2f6ca8'],
  error: ['shape=octagon, style=filled, fillcolor="#ffd4d0"', '#b3261e'],
  more: ['shape=folder, style="filled,dashed", fillcolor="#f1ecf8"', '#6b5b95'],
}
const blame = 'color="#b0177b", penwidth=3'

/**
 * The graph behind nodes, or of a TGJ document, in DOT: `dot -Tsvg`, and whatever else reads the format. Parameters are
 * boxes, given values notes, steps rounded, failed steps octagons; the way of blame is drawn thick; a legend says so.
 *
 * @param graph - One node, several, or a document of any origin.
 * @throws {TraceEvalError} `PICTURE_INPUT` for what is no graph, `PICTURE_OPTIONS`, `TGJ_DOCUMENT`.
 * @example
 * ```ts
 * import { op, parameter } from 'trace-eval'
 * import { toDot } from 'trace-eval/graphs'
 *
 * toDot(op.multiply(parameter('price', 2), 3)).includes('n1 -> n2') // true
 * ```
 */
export function toDot(graph: Drawable, options: PictureOptions = {}): string {
  const { title, notes, boxes, arrows, frames, kinds, hasBlame } = makePicture(graph, options)
  const head = [...title === undefined ? [] : [title], ...notes].flatMap((line) => wrap(line, 100))
  return [
    'digraph trace {',
    '  graph [rankdir=TB, bgcolor=transparent, fontname="monospace", fontcolor="#808080"];',
    '  node [fontname="monospace", fontsize=11, fontcolor="#1b1b1b"];',
    '  edge [color="#808080"];',
    ...head.length === 0 ? [] : [`  label=${quoted(head)};`, '  labelloc=t;'],
    ...boxes.map((box) => `  ${box.id} [label=${quoted(labelOf(box))}, ${styleOf(box.kind, box.blamed)}${box.output ? ', peripheries=2' : ''}];`),
    ...framesIn(undefined, frames, boxes),
    ...arrows.map(({ from, to, blamed }) => `  ${from} -> ${to}${blamed ? ` [${blame}]` : ''};`),
    '  subgraph cluster_legend {',
    '    label="legend"; color="#808080"; style=dashed;',
    ...kinds.map((kind) => `    legend_${kind} [label=${quoted([kindNames[kind]])}, ${styleOf(kind)}];`),
    ...hasBlame ? [`    legend_blame [label="way of blame", shape=box, ${blame}, fontcolor="#808080"];`] : [],
    '    legend_output [label="output", shape=box, peripheries=2, color="#808080", fontcolor="#808080"];',
    '  }',
    '}', '',
  ].join('\n')
}

/** A box stands in the cluster that names it. */
function framesIn(around: string | undefined, frames: readonly BoxFrame[], boxes: readonly Box[], indent = '  '): string[] {
  return frames.filter((frame) => frame.around === around).flatMap(({ id, title }) => [
    `${indent}subgraph cluster_${id} {`, `${indent}  label=${quoted([title])}; color="#808080"; style=dotted;`,
    `${indent}  ${boxes.filter(({ frame }) => frame === id).map((box) => `${box.id};`).join(' ')}`,
    ...framesIn(id, frames, boxes, `${indent}  `), `${indent}}`,
  ])
}

function styleOf(kind: BoxKind, blamed = false): string {
  const [shape, line] = shapes[kind]
  return `${shape}, ${blamed ? blame : `color="${line}"`}`
}

function labelOf({ title, lines }: Box): string[] {
  return [title, ...lines.map(({ text }) => text)].flatMap((line) => wrap(line, 40))
}

// A label reads backslashes as escapes and `&name;` as characters.
const escapes: Readonly<Record<string, string>> = { '\\': String.raw`\\`, '"': String.raw`\"`, '&': '&amp;', '<': '&lt;', '>': '&gt;' }

function quoted(lines: readonly string[]): string {
  return `"${lines.map((line) => line.replaceAll(/[\\"&<>]/g, (char) => escapes[char]!)).join(String.raw`\n`)}"`
}
