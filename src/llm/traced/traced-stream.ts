/** A stream whose reader gets every piece, and whose node is there in the end. Stage: llm. */
import { TraceEvalError } from '../../core/errors.ts'
import { currentContext } from '../../graph/context.ts'
import { settled } from '../../graph/origin.ts'
import type { Node } from '../../graph/types.ts'
import type { TracedStream } from './types.ts'

/**
 * Holds pieces as they come, whoever reads them and when: how long a server takes is not how long its reader does. @internal
 */
export class StreamReader implements TracedStream<unknown, Node<unknown>> {
  /** Ends the request. */
  readonly controller = new AbortController()
  /** Milliseconds from the call to its first piece. */
  firstMs: number | undefined
  readonly #opened = Promise.withResolvers<StreamReader>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #node: Promise<Node<unknown>>
  #pieces: unknown[] = []
  #came = Promise.withResolvers<void>()
  #isRead = false
  #isTaken = false
  #isOver = false

  /** `node` is what comes of it. */
  constructor(node: Promise<Node<unknown>>) {
    this.#node = node
    this.#ended.promise.catch(() => undefined)
    const over = (settle: () => void): void => { this.#isOver = true; settle(); this.#came.resolve() }
    node.then(() => over(this.#ended.resolve), (error: unknown) => over(() => { this.#ended.reject(error); this.#opened.reject(error) }))
  }

  /** This reader, as soon as the server answers; what comes later it tells itself. */
  get opened(): Promise<StreamReader> { return this.#opened.promise }

  /** Whether somebody has a piece: no other attempt can stand for this one then. */
  get isTaken(): boolean { return this.#isTaken }
  /** Whether it was left before its end. */
  get isLeft(): boolean { return this.controller.signal.aborted }

  /** An attempt begins: what came of another one is nobody's. */
  begin(): void {
    this.#pieces = []
    this.firstMs = undefined
    this.#opened.resolve(this)
  }

  add(piece: unknown, ms: number): void {
    this.firstMs ??= Math.round(ms)
    this.#pieces.push(piece)
    this.#came.resolve()
  }

  abort(): void { this.controller.abort() }

  async reply(): Promise<Node<unknown>> { return await this.#node }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    if (this.#isRead) throw new TraceEvalError('STREAM_READ', 'expected a stream that nobody has read, received one that was', { hint: 'Keep the pieces, or ask for reply() afterwards.' })
    this.#isRead = true
    let at = 0
    try {
      for (;;) {
        while (at < this.#pieces.length) {
          this.#isTaken = true
          yield this.#pieces[at++]
        }
        if (this.#isOver) return await this.#ended.promise
        await this.#came.promise
        this.#came = Promise.withResolvers<void>()
      }
    } finally {
      if (!this.#isOver) this.abort()
      await this.#settle()
    }
  }

  /** A step that reads the stream depends on it, as if it had read its node. */
  async #settle(): Promise<void> {
    const node = await this.#node.catch(() => undefined)
    const { frame } = currentContext()
    if (node !== undefined && frame?.open === true) (frame.reads ??= new Set()).add(settled(node))
  }
}
