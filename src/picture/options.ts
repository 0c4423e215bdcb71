/** How a graph is drawn, and from what. Stage: picture. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { TgjDocument } from '../graph/tgj.ts'
import type { Node } from '../graph/types.ts'

/** What can be drawn: the graph behind one or several nodes, or a document of any origin. */
export type Drawable = Node<unknown> | readonly Node<unknown>[] | TgjDocument

/** How a graph is drawn. */
export interface PictureOptions {
  /** Stands above the picture. @defaultValue nothing */
  readonly title?: string
  /** Lines below the title, for example what an assertion said. @defaultValue none */
  readonly notes?: readonly string[]
  /** Parameters that are blamed, by name: everything on a way from one of them to an output is marked. @defaultValue none */
  readonly blame?: 'all' | readonly string[]
  /** Boxes at most, from 5 up: a larger graph is drawn with several nodes in one box, until no more than 60 % as many are left. @defaultValue 40 */
  readonly maxNodes?: number
  /** Characters of a value at most, 1 to 1000; what is cut ends with an ellipsis. @defaultValue 100 */
  readonly valueLength?: number
}

/** Options with their defaults. */
export type ResolvedOptions = Required<Omit<PictureOptions, 'title'>> & Pick<PictureOptions, 'title'>

/** @throws {TraceEvalError} `PICTURE_OPTIONS` for a number outside its range. */
export function resolveOptions({ title, notes = [], blame = [], maxNodes = 40, valueLength = 100 }: PictureOptions): ResolvedOptions {
  if (!Number.isSafeInteger(maxNodes) || maxNodes < 5) throw new TraceEvalError('PICTURE_OPTIONS', `expected a whole number from 5 up, received ${describeValue(maxNodes)}`, { at: 'maxNodes' })
  if (!Number.isSafeInteger(valueLength) || valueLength < 1 || valueLength > 1000) throw new TraceEvalError('PICTURE_OPTIONS', `expected a whole number from 1 to 1000, received ${describeValue(valueLength)}`, { at: 'valueLength' })
  return { ...(title !== undefined && { title }), notes, blame, maxNodes, valueLength }
}
