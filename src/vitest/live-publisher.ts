/** Publishes how far a workflow is, not more often than people and pipes can take. Stage: vitest. */
import { systemClock } from '../core/clock.ts'
import type { RoundOutcome, TrainProgress } from '../train/outcome.ts'
import type { LiveProgress } from './protocol.ts'

const INTERVAL_MS = 100
/** Notices that are kept: each is sent with every message, in case one is lost. */
const KEPT_NOTICES = 5

/** Turns training's progress into published meta. */
export class LivePublisher {
  readonly #workflow: string
  readonly #publish: (progress: LiveProgress) => Promise<void>
  readonly #started = systemClock.now()
  readonly #ended: LiveProgress['ended'][number][] = []
  #notices: LiveProgress['notices'] = []
  #latest: Omit<TrainProgress, 'ended'> | undefined
  #last = -Infinity
  #pending: Promise<void> = Promise.resolve()

  constructor(workflow: string, publish: (progress: LiveProgress) => Promise<void>) {
    this.#workflow = workflow
    this.#publish = publish
  }

  update({ ended, ...progress }: TrainProgress): void {
    if (ended !== undefined) this.#ended.push(roundLine(ended))
    this.#latest = progress
    if (ended !== undefined || systemClock.now() - this.#last >= INTERVAL_MS) this.#send(progress)
  }

  /** Something that people should know now. Before the first progress there is nothing to show it with. */
  notice(text: string): void {
    this.#notices = [...this.#notices, { number: (this.#notices.at(-1)?.number ?? 0) + 1, text }].slice(-KEPT_NOTICES)
    if (this.#latest !== undefined) this.#send(this.#latest)
  }

  #send(progress: Omit<TrainProgress, 'ended'>): void {
    this.#last = systemClock.now()
    this.#pending = this.#publish({ workflow: this.#workflow, ...progress, elapsedMs: this.#last - this.#started, ended: [...this.#ended], notices: this.#notices })
  }

  /** Waits for the last message. */
  async end(): Promise<void> { await this.#pending }
}

function roundLine(round: RoundOutcome): LiveProgress['ended'][number] {
  const kept = round.state === 'kept'
  return { round: round.round, before: round.before, after: round.after, kept, text: kept ? round.changes.map(({ parameter }) => parameter).join(', ') : round.reason }
}
