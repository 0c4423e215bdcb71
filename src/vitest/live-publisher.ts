/** Publishes how far a workflow is, not more often than people and pipes can take. Stage: vitest. */
import { systemClock } from '../core/clock.ts'
import type { RoundOutcome, TrainProgress } from '../train/outcome.ts'
import type { LiveProgress } from './protocol.ts'

const INTERVAL_MS = 100

/** Turns training's progress into published meta. */
export class LivePublisher {
  readonly #workflow: string
  readonly #publish: (progress: LiveProgress) => Promise<void>
  readonly #started = systemClock.now()
  readonly #ended: LiveProgress['ended'][number][] = []
  #last = -Infinity
  #pending: Promise<void> = Promise.resolve()

  constructor(workflow: string, publish: (progress: LiveProgress) => Promise<void>) {
    this.#workflow = workflow
    this.#publish = publish
  }

  update({ ended, ...progress }: TrainProgress): void {
    if (ended !== undefined) this.#ended.push(roundLine(ended))
    const now = systemClock.now()
    if (ended === undefined && now - this.#last < INTERVAL_MS) return
    this.#last = now
    this.#pending = this.#publish({ workflow: this.#workflow, ...progress, elapsedMs: now - this.#started, ended: [...this.#ended] })
  }

  /** Waits for the last message. */
  async end(): Promise<void> { await this.#pending }
}

function roundLine(round: RoundOutcome): LiveProgress['ended'][number] {
  const kept = round.state === 'kept'
  return { round: round.round, before: round.before, after: round.after, kept, text: kept ? round.changes.map(({ parameter }) => parameter).join(', ') : round.reason }
}
