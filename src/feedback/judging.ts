/** Which judges a case run is waiting for: ambient, since they are asked inside assertions and functions. Stage: feedback. */
import { ambient, type Ambient } from '../core/ambient.ts'

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
export const judgesAtWork = (): JudgesAtWork | undefined => ambient().judges as JudgesAtWork | undefined

/** Where `withAmbient` has the judges of a case. */
export const asJudges = (judges: JudgesAtWork): Ambient => ({ judges })
