/** How fast a server is asked: calls at a time, calls and tokens a minute, and one pause for all when it says stop. Stage: llm. */
import { systemClock, type Clock } from '../../core/clock.ts'

/** What a server takes. */
export interface PacerLimits {
  /** Calls at a time. A server that complains gets fewer, and more again while it does not. @defaultValue no limit */
  readonly maxConcurrency?: number
  /** Calls that start within any 60 seconds. @defaultValue no limit */
  readonly requestsPerMinute?: number
  /** Tokens in and out of calls that start within any 60 seconds: estimated first, then as the server counts them. @defaultValue no limit */
  readonly tokensPerMinute?: number
  /** Told once for each pause, not once for each call that waits: `rate limited, resuming in 2 s`. @defaultValue nobody is told */
  readonly onPause?: (notice: string) => void
}

/** How a call that had its turn ended. */
export interface TurnEnd {
  /** Tokens in and out. @defaultValue as estimated */
  readonly tokens?: number
  /** The server said it is asked too often, and nobody should ask for so long. */
  readonly pauseMs?: number
  /** Whether it was answered. */
  readonly answered: boolean
}

/** A call's turn, which ends with a notice where a pause begins; or why it has none: the pause is longer than the call will wait, its time is up, or it was stopped. */
export type Turn = { readonly end: (how: TurnEnd) => string | undefined } | { readonly refused: 'paused'; readonly forMs: number } | { readonly refused: 'deadline' | 'stopped' }

/** What a call asks for. */
export interface TurnRequest {
  /** Estimate of its tokens in and out. */
  readonly tokens: number
  /** How long it may wait in all, and for a pause. */
  readonly deadlineMs: number
  readonly maxPauseMs: number
  readonly signal?: AbortSignal
}

/** Shared by all calls to one server with one key. */
export interface Pacer {
  /** Resolves when it is this call's turn; calls have theirs in the order they came. */
  enter(request: TurnRequest): Promise<Turn>
}

interface Waiting extends TurnRequest { readonly resolve: (turn: Turn) => void }
interface Started { readonly at: number; tokens: number }

const MINUTE = 60_000
/** Answers in a row that earn one more call at a time. */
const ANSWERS_PER_STEP = 20

/** A pacer with its limits. Additive increase, multiplicative decrease: a complaint halves the calls at a time, 20 answers add one. */
export class AdaptivePacer implements Pacer {
  readonly #clock: Clock
  readonly #waiting: Waiting[] = []
  /** Calls that started within the last minute. */
  #started: Started[] = []
  #limits: PacerLimits
  #inFlight = 0
  #concurrency: number
  #answers = 0
  #cutAt = Number.NEGATIVE_INFINITY
  #pausedUntil = Number.NEGATIVE_INFINITY
  #timer: unknown

  constructor(limits: PacerLimits = {}, clock: Clock = systemClock) {
    this.#limits = limits
    this.#clock = clock
    this.#concurrency = limits.maxConcurrency ?? Number.POSITIVE_INFINITY
  }

  /** Takes over what is stricter in `limits`. */
  tighten(limits: PacerLimits): void {
    const least = (key: 'maxConcurrency' | 'requestsPerMinute' | 'tokensPerMinute'): number => Math.min(this.#limits[key] ?? Number.POSITIVE_INFINITY, limits[key] ?? Number.POSITIVE_INFINITY)
    const onPause = limits.onPause ?? this.#limits.onPause
    this.#limits = { maxConcurrency: least('maxConcurrency'), requestsPerMinute: least('requestsPerMinute'), tokensPerMinute: least('tokensPerMinute'), ...(onPause && { onPause }) }
    this.#concurrency = Math.min(this.#concurrency, this.#limits.maxConcurrency!)
  }

  enter(request: TurnRequest): Promise<Turn> {
    const { promise, resolve } = Promise.withResolvers<Turn>()
    const { signal } = request
    let timer: unknown
    const leave = (turn: Turn): void => {
      this.#clock.clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      const at = this.#waiting.indexOf(waiting)
      if (at >= 0) this.#waiting.splice(at, 1)
      resolve(turn)
    }
    const waiting: Waiting = { ...request, resolve: leave }
    const stop = (): void => { leave({ refused: 'stopped' }); this.#pump() }
    if (signal?.aborted === true) return Promise.resolve({ refused: 'stopped' })
    signal?.addEventListener('abort', stop, { once: true })
    timer = this.#clock.setTimeout(() => { leave({ refused: 'deadline' }); this.#pump() }, Math.max(0, request.deadlineMs))
    this.#waiting.push(waiting)
    this.#pump()
    return promise
  }

  /** Starts whoever may start, and looks again when the next one may. */
  #pump(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
    const now = this.#clock.now()
    this.#started = this.#started.filter(({ at }) => now - at < MINUTE)
    const pause = this.#pausedUntil - now
    for (const waiting of this.#waiting.filter(({ maxPauseMs }) => pause > maxPauseMs)) waiting.resolve({ refused: 'paused', forMs: pause })
    for (;;) {
      const next = this.#waiting[0]
      if (next === undefined || this.#inFlight >= Math.max(1, this.#concurrency)) return
      const wait = Math.max(pause, this.#waitForRate(next.tokens, now))
      if (wait > 0) {
        this.#timer = this.#clock.setTimeout(() => this.#pump(), Math.ceil(wait))
        return
      }
      this.#start(next, now)
    }
  }

  /** Milliseconds until the minute behind has room. A call that is larger than a whole minute goes when that is empty. */
  #waitForRate(tokens: number, now: number): number {
    const { requestsPerMinute = Number.POSITIVE_INFINITY, tokensPerMinute = Number.POSITIVE_INFINITY } = this.#limits
    let [count, sum] = [this.#started.length, this.#started.reduce((total, one) => total + one.tokens, 0)]
    let wait = 0
    for (const { at, tokens: spent } of this.#started) {
      if (count < Math.max(1, requestsPerMinute) && sum + tokens <= tokensPerMinute) break
      wait = at + MINUTE - now
      count--
      sum -= spent
    }
    return wait
  }

  #start(waiting: Waiting, now: number): void {
    const started: Started = { at: now, tokens: waiting.tokens }
    this.#started.push(started)
    this.#inFlight++
    let open = true
    waiting.resolve({
      end: (how) => {
        if (!open) return undefined
        open = false
        this.#inFlight--
        started.tokens = how.tokens ?? started.tokens
        const notice = how.pauseMs === undefined ? undefined : this.#slowDown(started.at, how.pauseMs)
        if (how.answered) this.#speedUp()
        this.#pump()
        return notice
      },
    })
  }

  /** What is told of a pause that begins; of one that is longer than another, nothing. */
  #slowDown(startedAt: number, pauseMs: number): string | undefined {
    const now = this.#clock.now()
    this.#answers = 0
    // Calls that were under way when the first complaint came say nothing new.
    if (startedAt > this.#cutAt) {
      this.#cutAt = now
      this.#concurrency = Math.max(1, Math.floor(Math.min(this.#concurrency, this.#inFlight + 1) / 2))
    }
    const notice = this.#pausedUntil <= now && pauseMs > 0 ? `rate limited, resuming in ${Math.ceil(pauseMs / 1000)} s` : undefined
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs)
    if (notice !== undefined) this.#limits.onPause?.(notice)
    return notice
  }

  #speedUp(): void {
    if (!Number.isFinite(this.#concurrency) || ++this.#answers < ANSWERS_PER_STEP) return
    this.#answers = 0
    this.#concurrency = Math.min(this.#limits.maxConcurrency ?? Number.POSITIVE_INFINITY, this.#concurrency + 1)
  }
}

const byAddress = new Map<string, AdaptivePacer>()
const byClient = new WeakMap<object, AdaptivePacer>()

/** The one pacer of a server and key, or of a client, of this process; `limits` that are stricter than before hold for all. */
export function sharedPacer(key: string | object, limits: PacerLimits = {}): AdaptivePacer {
  const known = typeof key === 'string' ? byAddress.get(key) : byClient.get(key)
  if (known !== undefined) {
    known.tighten(limits)
    return known
  }
  const pacer = new AdaptivePacer(limits)
  if (typeof key === 'string') byAddress.set(key, pacer)
  else byClient.set(key, pacer)
  return pacer
}
