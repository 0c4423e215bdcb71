/** Pictures in Mermaid, which GitHub and others draw inside Markdown. Stage: picture. */
import { wrap } from './wrap.ts'
import { makePicture } from './make-picture.ts'
import type { Drawable, PictureOptions } from './options.ts'
import { kindNames, type Box, type BoxFrame, type BoxKind } from './picture.ts'

const shapes: Readonly<Record<BoxKind, readonly [open: string, close: string]>> = {
  parameter: ['[', ']'], value: ['[/', '/]'], step: ['(', ')'], error: ['{{', '}}'], more: ['[[', ']]'],
}
const styles: Readonly<Record<BoxKind, string>> = {
  parameter: 'fill:#ffe2b3,stroke:#9a5b00,color:#1b1b1b',
  value: 'fill:#e6e6e6,stroke:#6b6b6b,color:#1b1b1b',
  step: 'fill:#dbe9f8,stroke:#2f6ca8,color:#1b1b1b',
  error: 'fill:#ffd4d0,stroke:#b3261e,color:#1b1b1b',
  more: 'fill:#f1ecf8,stroke:#6b5b95,color:#1b1b1b,stroke-dasharray:4 3',
}

/**
 * The graph behind nodes, or of a TGJ document, as a Mermaid flowchart. Parameters are boxes, given values slanted,
 * steps rounded, failed steps hexagons; the way of blame is drawn thick; a legend says so.
 *
 * @param graph - One node, several, or a document of any origin.
 * @throws {TraceEvalError} `PICTURE_INPUT` for what is no graph, `PICTURE_OPTIONS`, `TGJ_DOCUMENT`.
 * @example
 * ```ts
 * import { op, parameter } from 'trace-eval'
 * import { toMermaid } from 'trace-eval/graphs'
 *
 * toMermaid(op.multiply(parameter('price', 2), 3)).includes('n1 --> n2') // true
 * ```
 */
export function toMermaid(graph: Drawable, options: PictureOptions = {}): string {
  const { title, notes, boxes, arrows, frames, kinds, hasBlame } = makePicture(graph, options)
  const head = [...title === undefined ? [] : [title], ...notes]
  const blamedArrows = arrows.flatMap(({ blamed }, index) => (blamed ? [index] : []))
  const boxLine = (id: string, kind: BoxKind, lines: readonly string[]): string => `${id}${shapes[kind][0]}${quoted(lines)}${shapes[kind][1]}`
  return [
    'flowchart TB',
    ...head.length === 0 ? [] : [`  head[${quoted(head.flatMap((line) => wrap(line, 100)))}]`, '  style head fill:none,stroke:none'],
    ...boxesIn(undefined, frames, boxes, (box) => boxLine(box.id, box.kind, labelOf(box))),
    ...arrows.map(({ from, to, blamed }) => `  ${from} ${blamed ? '==>' : '-->'} ${to}`),
    '  subgraph legend',
    ...kinds.map((kind) => `    ${boxLine(`legend_${kind}`, kind, [kindNames[kind]])}`),
    ...hasBlame ? ['    legend_blame["way of blame"]'] : [],
    '    legend_output["output"]',
    '  end',
    ...kinds.flatMap((kind) => [
      `  classDef ${kind}Box ${styles[kind]}`,
      `  class ${[`legend_${kind}`, ...boxes.filter((box) => box.kind === kind).map(({ id }) => id)].join(',')} ${kind}Box`,
    ]),
    '  classDef outputBox stroke-width:4px,stroke-dasharray:8 2',
    `  class ${['legend_output', ...boxes.filter(({ output }) => output).map(({ id }) => id)].join(',')} outputBox`,
    ...hasBlame ? [
      '  classDef blamedBox stroke:#b0177b,stroke-width:3px',
      `  class ${['legend_blame', ...boxes.filter(({ blamed }) => blamed).map(({ id }) => id)].join(',')} blamedBox`,
    ] : [],
    ...blamedArrows.length > 0 ? [`  linkStyle ${blamedArrows.join(',')} stroke:#b0177b,stroke-width:3px`] : [],
    '',
  ].join('\n')
}

/** Boxes stand in the subgraph of their frame. */
function boxesIn(around: string | undefined, frames: readonly BoxFrame[], boxes: readonly Box[], line: (box: Box) => string, indent = '  '): string[] {
  return [
    ...boxes.filter(({ frame }) => frame === around).map((box) => `${indent}${line(box)}`),
    ...frames.filter((frame) => frame.around === around).flatMap(({ id, title }) => [`${indent}subgraph ${id}[${quoted([title])}]`, ...boxesIn(id, frames, boxes, line, `${indent}  `), `${indent}end`]),
  ]
}

function labelOf({ title, lines, output }: Box): string[] {
  return [`${title}${output ? ' (output)' : ''}`, ...lines.map(({ text }) => text)].flatMap((line) => wrap(line, 40))
}

// Mermaid looks for directives, styles, HTML and Markdown inside of quoted text as well, and has no escape but the
// code of a character: all that is no letter, digit, space or harmless mark is written so.
const harmful = /[^\p{L}\p{N}\p{M} ,()=×…]/gu
// Even of codes it makes line breaks and formulas, unless something stands between.
const pairs = /\\(?=n)|\$(?=\$)/g

function quoted(lines: readonly string[]): string {
  return `"${lines.map((line) => line.replaceAll(pairs, '$&\u200b').replaceAll(harmful, (char) => `#${char.codePointAt(0)};`)).join('<br/>')}"`
}
