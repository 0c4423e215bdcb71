/** Which judges a case run is waiting for: ambient, since they are asked inside assertions and functions. Stage: feedback. */
import { AsyncLocalStorage } from 'node:async_hooks'

// One storage for every copy of the library in the process, as in graph/context.ts.
const shared = globalThis as { [key: symbol]: AsyncLocalStorage<JudgesAtWork> | undefined }
const key = Symbol.for('trace-eval.judging.1')
const storage = (shared[key] ??= new AsyncLocalStorage<JudgesAtWork>())

/** The judges that one run of a case has asked. */
export class JudgesAtWork {
  readonly #names: string[] = []
  readonly #signalOf: () => AbortSignal

  /** `signalOf` is called when a judge wants to know when to stop. */
  constructor(signalOf: () => AbortSignal) { this.#signalOf = signalOf }

  get signal(): AbortSignal { return this.#signalOf() }

  /** The judge that has been asked first and not answered yet. */
  get waitingFor(): string | undefined { return this.#names[0] }

  /** Notes that `name` is asked, until `answer` settles. */
  async during<T>(name: string, answer: () => PromiseLike<T>): Promise<T> {
    this.#names.push(name)
    try {
      return await answer()
    } finally {
      this.#names.splice(this.#names.indexOf(name), 1)
    }
  }
}

/** The judges of the case that asks; none outside of one. */
export const judgesAtWork = (): JudgesAtWork | undefined => storage.getStore()

/** Runs `run`, and everything it starts, with `judges` as those of the case. */
export function withJudges<R>(judges: JudgesAtWork, run: () => R): R { return storage.run(judges, run) }
