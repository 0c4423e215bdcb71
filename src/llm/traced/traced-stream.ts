/** A stream whose reader gets every piece, and whose node is there in the end. Stage: llm. */
import { TraceEvalError } from '../../core/errors.ts'
import { currentContext } from '../../graph/context.ts'
import { settled } from '../../graph/origin.ts'
import type { Node } from '../../graph/types.ts'
import type { Parts } from './parts.ts'
import type { TracedStream } from './types.ts'

interface Source {
  readonly pieces: AsyncIterable<unknown>
  readonly parts: Parts
  /** Told of the first piece. */
  onFirst(): void
}

/** Reads `source` for whoever iterates; `ended` is what came. @internal */
export class StreamReader implements TracedStream<unknown, Node<unknown>> {
  readonly #source: Source
  readonly #ended = Promise.withResolvers<unknown>()
  #node: Promise<Node<unknown>> | undefined
  #isRead = false

  constructor(source: Source) {
    this.#source = source
    this.#ended.promise.catch(() => undefined)
  }

  get ended(): Promise<unknown> { return this.#ended.promise }
  /** The node that comes of it; set before anybody reads. */
  set node(node: Promise<Node<unknown>>) { this.#node = node }

  abort(): void { (this.#source.pieces as { readonly controller?: AbortController }).controller?.abort() }

  async reply(): Promise<Node<unknown>> {
    if (!this.#isRead) for await (const _ of this) { /* to its end */ }
    return await this.#node!
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    if (this.#isRead) throw new TraceEvalError('STREAM_READ', 'expected a stream that nobody has read, received one that was', { hint: 'Keep the pieces, or ask for reply() afterwards.' })
    this.#isRead = true
    const { pieces, parts, onFirst } = this.#source
    let first = true
    let failed = false
    try {
      for await (const piece of pieces) {
        if (first) onFirst()
        first = false
        parts.add(piece)
        yield piece
      }
    } catch (error) {
      failed = true
      this.#ended.reject(error)
      throw error
    } finally {
      // Also where its reader stops early: that is the answer then.
      if (!failed) this.#ended.resolve(parts.answer())
      await this.#settle()
    }
  }

  /** A step that reads the stream depends on it, as if it had read its node. */
  async #settle(): Promise<void> {
    const node = await this.#node?.catch(() => undefined)
    const { frame } = currentContext()
    if (node !== undefined && frame?.open === true) (frame.reads ??= new Set()).add(settled(node))
  }
}

/** The pieces of an answer that was kept. */
export async function* piecesOf(pieces: readonly unknown[]): AsyncGenerator<unknown> { yield* pieces }
