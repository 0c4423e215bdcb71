/** Answers that are kept from run to run: found by everything that was asked, recorded once, replayed without a server. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { hashValue } from '../../core/hash.ts'
import { redactValue } from '../../core/redact.ts'
import type { CassetteMode } from './cassette-mode.ts'
import type { ModelCall, ModelScope } from '../model-scope.ts'
import type { ModelRole } from '../model.ts'
import { nearestRecording } from './nearest-recording.ts'

/** A request that was answered, as plain data without secrets. */
export interface RecordedAnswer {
  readonly model: string
  readonly server: string
  /** Who asked first. */
  readonly role: ModelRole
  /** Which run of the case with these values asked, from 0. */
  readonly trial: number
  /** How many times that run had been answered the same request before. */
  readonly repeat: number
  readonly request: Readonly<Record<string, unknown>>
  readonly answer: unknown
}

/** Where answers are kept. Several processes may use the same at one time. */
export interface AnswerStore {
  find(name: string): Promise<object | undefined>
  /** Keeps `answer`, unless one of this name is there already; the one that is there from then on. */
  keep(name: string, answer: object): Promise<object>
  all(): Promise<readonly { readonly name: string; readonly recording: object }[]>
}

/** What names an answer: changes whenever older answers must not be found any more. */
const KEY_VERSION = 1
/** Misses that are told with what differs: comparing takes a while, and the first ones say it. */
const EXPLAINED = 5

type Question = Omit<RecordedAnswer, 'answer' | 'role'>

export class KeptAnswers {
  readonly #mode: Exclude<CassetteMode, 'off'>
  readonly #store: AnswerStore
  /** Calls that are under way in this process, by the name of their answer. */
  readonly #asked = new Map<string, Promise<unknown>>()
  #recordings: Promise<readonly { readonly name: string; readonly recording: object }[]> | undefined
  #misses = 0

  constructor(mode: Exclude<CassetteMode, 'off'>, store: AnswerStore) {
    this.#mode = mode
    this.#store = store
  }

  /** Whether nothing is ever sent. */
  get isReplay(): boolean { return this.#mode === 'replay' }

  /**
   * The kept answer of `call`, else what `send` gives, which is kept from then on. What is returned is what was written: a run that
   * records and one that replays see the same.
   *
   * @param send Called where there is none.
   * @throws {TraceEvalError} `CASSETTE_MISS` in replay, `CASSETTE_FILE` for a recording that cannot be read.
   */
  async answer<T>(call: ModelCall<T>, scope: ModelScope, send: () => Promise<T>): Promise<{ readonly answer: T; readonly kept: boolean }> {
    const turn = takeTurn(call, scope)
    const { question, name } = turn
    try {
      for (;;) {
        const known = await this.#find(name)
        if (known !== undefined) return { answer: known.answer as T, kept: true }
        if (this.#mode === 'replay') throw await this.#miss(question, scope)
        const pending = this.#asked.get(name)
        if (pending === undefined) break
        // Another case asks the same at this moment. Where that fails, this one asks itself.
        await pending.catch(() => undefined)
        if (this.#asked.get(name) === pending) break
      }
      const asking = this.#ask(call, { question, name, role: scope.role }, send)
      this.#asked.set(name, asking)
      return { answer: await asking.finally(() => { if (this.#asked.get(name) === asking) this.#asked.delete(name) }), kept: false }
    } catch (error) {
      turn.giveBack()
      throw error
    }
  }

  /** The kept answer of `call`, where there is one; else its turn is not taken. */
  async peek<T>(call: ModelCall<T>, scope: ModelScope): Promise<{ readonly answer: T } | undefined> {
    const turn = takeTurn(call, scope)
    const known = await this.#find(turn.name).catch(() => undefined)
    if (known === undefined) turn.giveBack()
    return known === undefined ? undefined : { answer: known.answer as T }
  }

  async #ask<T>(call: ModelCall<T>, { question, name, role }: Pick<Turn, 'question' | 'name'> & { readonly role: ModelRole }, send: () => Promise<T>): Promise<T> {
    const { model, server, ...rest } = question
    const answer = await send()
    if (this.#mode === 'cache' && call.isComplete?.(answer) === false) return answer
    const recording = redactValue({ model, server, role, ...rest, answer: plainCopy(call.toKeep?.(answer) ?? answer) })
    const kept = await this.#store.keep(name, recording).catch((error: unknown) => {
      // A cache that cannot be written costs money; a recording that cannot be written is none.
      if (this.#mode === 'cache') return recording
      throw error
    })
    return (kept as RecordedAnswer).answer as T
  }

  async #find(name: string): Promise<RecordedAnswer | undefined> {
    try {
      const found = await this.#store.find(name) as RecordedAnswer | undefined
      return found !== undefined && Object.hasOwn(found, 'answer') ? found : undefined
    } catch (error) {
      if (this.#mode === 'cache') return undefined
      throw error
    }
  }

  async #miss(question: Question, { caseId }: ModelScope): Promise<TraceEvalError> {
    const whose = caseId === undefined ? 'between cases, where the optimizer works' : `case ${JSON.stringify(caseId)}${question.trial === 0 ? '' : `, trial ${question.trial}`}`
    const details = { at: whose, hint: 'Record what is missing: npx trace-eval --cassettes record' }
    const asked = `expected a recorded answer for a request to model ${describeValue(question.model)}, received none`
    if (++this.#misses > EXPLAINED) return new TraceEvalError('CASSETTE_MISS', asked, details)
    const recordings = await (this.#recordings ??= this.#store.all())
    return new TraceEvalError('CASSETTE_MISS', `${asked}; ${nearestRecording(question, recordings)}`, details)
  }
}

interface Turn {
  readonly question: Question
  readonly name: string
  giveBack(): void
}

/** Equal requests of one run of a case have an answer each: this is the first one that is not taken. */
function takeTurn({ model, server, request }: ModelCall<unknown>, { trial, calls }: ModelScope): Turn {
  const asked = redactValue({ model, server: server ?? 'unknown', request: plainCopy(request) as Record<string, unknown> })
  const key = hashValue(asked)
  const taken = calls.answered.get(key) ?? new Set<number>()
  calls.answered.set(key, taken)
  let repeat = 0
  while (taken.has(repeat)) repeat++
  taken.add(repeat)
  const question = { model: asked.model, server: asked.server, trial, repeat, request: asked.request }
  return { question, name: answerName(question), giveBack: () => { taken.delete(repeat) } }
}

/** The name of an answer, by everything that decides about it: the same for the same question, on every machine. */
export function answerName(question: Question): string {
  const slug = question.model.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 32).replace(/^-|-$/g, '')
  return `${slug === '' ? '' : `${slug}-`}${hashValue({ version: KEY_VERSION, ...question }).slice(0, 20)}`
}

/** As JSON has it. */
const plainCopy = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null') as unknown
