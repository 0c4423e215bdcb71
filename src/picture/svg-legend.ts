/** What the looks of a picture mean, as a row below it. Stage: picture. */
import { COLUMN } from './layout.ts'
import { kindNames, type BoxKind, type Picture } from './picture.ts'
import { boxShape, type Marks } from './svg-shapes.ts'
import { element, text } from './svg-text.ts'

export const LEGEND_HEIGHT = 26
const [SAMPLE, GAP] = [34, 22]

interface Entry { readonly kind: BoxKind; readonly name: string; readonly marks: Marks }

function entries({ kinds, hasBlame, boxes }: Picture): Entry[] {
  const [example = 'step'] = kinds.filter((kind) => kind === 'step')
  return [
    ...kinds.map((kind) => ({ kind, name: kindNames[kind], marks: { blamed: false, output: false } })),
    ...hasBlame ? [{ kind: example, name: 'on a way of blame', marks: { blamed: true, output: false } }] : [],
    ...boxes.some(({ output }) => output) ? [{ kind: example, name: 'output', marks: { blamed: false, output: true } }] : [],
  ]
}

const widthOf = ({ name }: Entry): number => SAMPLE + 10 + name.length * COLUMN + GAP

/** Pixels that the row takes. */
export function legendWidth(picture: Picture): number { return entries(picture).reduce((sum, entry) => sum + widthOf(entry), 0) }

/** The row, its upper left corner at the origin. */
export function legend(picture: Picture): string[] {
  let x = 0
  return entries(picture).map((entry) => {
    const { kind, name, marks } = entry
    const drawn = element('g', { class: `box ${kind}${marks.blamed ? ' blamed' : ''}`, transform: `translate(${Math.round(x)} 0)` }, [
      ...boxShape(kind, SAMPLE, 20, marks), element('text', { class: 'note', x: SAMPLE + 12, y: 14 }, [text(name)]),
    ])
    x += widthOf(entry)
    return drawn
  })
}
