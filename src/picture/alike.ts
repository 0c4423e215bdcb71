/** Graphs that differ in their values alone share a picture, which is drawn once. Stage: picture. */
import { layOut } from './layout.ts'
import { makePicture } from './make-picture.ts'
import type { Drawable, PictureOptions } from './options.ts'
import { isValue, type Picture } from './picture.ts'
import { drawSvg } from './to-svg.ts'

/** Some graphs with one picture. */
export interface AlikePictures {
  /** By the id of a graph: its values, in the order of the lines that tell values in the picture, which has those of the first. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** The picture as an SVG element of a page, with this id and room for the values of every graph. */
  draw(id: string): Promise<string>
}

/**
 * `graphs` by what their pictures look like, in the order of their first ones.
 *
 * @throws {TraceEvalError} as `toSvg` does.
 */
export function alikePictures(graphs: ReadonlyMap<string, Drawable>, options: PictureOptions = {}): AlikePictures[] {
  const found = new Map<string, Map<string, Picture>>()
  for (const [id, graph] of graphs) {
    const picture = makePicture(graph, options)
    const key = looksOf(picture)
    const alike = found.get(key) ?? new Map<string, Picture>()
    found.set(key, alike.set(id, picture))
  }
  return Array.from(found.values(), (alike) => ({
    values: new Map(Array.from(alike, ([id, picture]) => [id, valuesOf(picture)])),
    async draw(id) {
      const [first, ...others] = alike.values()
      return drawSvg(first!, await layOut(first!, others), id)
    },
  }))
}

/** Everything but the values. */
function looksOf({ boxes, ...rest }: Picture): string {
  return JSON.stringify([rest, boxes.map(({ lines, ...box }) => [box, lines.map((line) => (isValue(line) ? line.role : line))])])
}

function valuesOf({ boxes }: Picture): string[] {
  return boxes.flatMap(({ lines }) => lines.filter(isValue).map(({ text }) => text))
}
