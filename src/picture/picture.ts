/** What is drawn, the same for every format: boxes with clean text, and arrows. Stage: picture. */

/** `more` stands for several nodes that are not drawn one by one. */
export type BoxKind = 'parameter' | 'value' | 'step' | 'error' | 'more'

/** One box. Every text in it is one line without control characters; each format escapes only its own syntax. */
export interface Box {
  readonly id: string
  readonly kind: BoxKind
  readonly title: string
  /** What it does, inputs that are no boxes of their own, and the value, in this order. */
  readonly lines: readonly BoxLine[]
  /** On a way from a blamed parameter to an output. */
  readonly blamed: boolean
  readonly output: boolean
  /** Id of the frame that it stands in. */
  readonly frame: string | undefined
}

/** Around the boxes inside of a nested step. */
export interface BoxFrame { readonly id: string; readonly title: string; readonly around: string | undefined }

/** One line below the title. */
export interface BoxLine { readonly role: 'description' | 'input' | 'value'; readonly text: string }

/** Whether it tells a value, which graphs of one shape have otherwise. */
export function isValue({ role }: { readonly role: BoxLine['role'] | 'title' }): boolean { return role === 'input' || role === 'value' }

/** From one box to one that uses its value. */
interface Arrow { readonly from: string; readonly to: string; readonly blamed: boolean }

/** A graph as it is drawn. Boxes stand after those they use. */
export interface Picture {
  readonly title: string | undefined
  readonly notes: readonly string[]
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
  /** Outer ones first. */
  readonly frames: readonly BoxFrame[]
  /** The kinds that occur, in the order of the legend. */
  readonly kinds: readonly BoxKind[]
  readonly hasBlame: boolean
}

/** What each kind is called in a legend. */
export const kindNames: Readonly<Record<BoxKind, string>> = {
  parameter: 'parameter', value: 'given value', step: 'step', error: 'failed step', more: 'several nodes',
}
