/** How much a page may still hold: what does not fit is counted, not cut in two. Stage: reporters. */
import type { Markup } from './markup.ts'

/** After so many that did not fit, no further one is made: making takes time. */
const TRIES = 20

/** Bytes for one kind of content, handed out in the order of asking. */
export class Allowance {
  /** How many were refused. */
  left = 0
  #bytes: number

  constructor(bytes: number) { this.#bytes = bytes }

  /** What `make` gives, if there is room for it; `atLeast` is a size that it has in any case, so that nothing is made in vain. */
  take(make: () => Markup, atLeast = 0): Markup | undefined {
    const markup = atLeast > this.#bytes || this.left >= TRIES ? undefined : make()
    const size = markup === undefined ? Infinity : Buffer.byteLength(markup.html)
    if (size > this.#bytes) {
      this.left++
      return undefined
    }
    this.#bytes -= size
    return markup
  }

  /** Whether anything of that size would fit. */
  has(bytes: number): boolean { return bytes <= this.#bytes }
}
