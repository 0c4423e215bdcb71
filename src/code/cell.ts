/** One engine with one call at a time: begins it, tells what it needs, takes answers. Stage: code. */
import { isJson } from './data.ts'
import { Engine, EngineFault, Interrupted } from './engine.ts'
import { GUEST } from './guest.ts'

/** A call of proposed code, as it crosses to whoever runs it. */
export interface CellRequest {
  /** JavaScript without exports. */
  readonly code: string
  readonly name: string
  /** The arguments as packed data. */
  readonly args: string
  readonly seed: readonly number[]
}

/** What a host function gave, as packed data, or why it failed. */
export type CellAnswer = { readonly id: number; readonly ok: true; readonly value: string } | { readonly id: number; readonly ok: false; readonly message: string }

/** Where a call stands: ended with packed data, failed, or waiting for host functions. */
export type CellStep =
  | { readonly kind: 'done'; readonly value: string }
  | { readonly kind: 'failed'; readonly failure: CellFailure; readonly isLost: boolean }
  | { readonly kind: 'host'; readonly calls: readonly { readonly id: number; readonly name: string; readonly args: unknown }[] }

export interface CellFailure {
  readonly code: string
  readonly name?: string
  readonly message?: string
  readonly path?: string
  readonly stack?: string
}

export interface CellOptions {
  readonly timeMs: number
  readonly memoryMb: number
  readonly stackKb: number
  readonly maxOutputBytes: number
  readonly now: number
  readonly host: readonly string[]
}

/** Lines before the proposed code in what the engine compiles. */
export const LINES_BEFORE = 1
const KEPT = 100

export class Cell {
  #engine: Engine
  #guest: Readonly<Record<'run' | 'look' | 'resume', number>>
  #made = new Map<string, number>()
  #options: CellOptions
  #budget = 0
  #waiting = 0
  /** The engine cannot be used for another call. */
  isLost = false

  constructor(options: CellOptions) {
    this.#options = options
    this.#engine = new Engine(options)
    const guest = this.#engine.evaluate(GUEST, 'guest')
    if (typeof guest !== 'number') throw new EngineFault(`${guest.name}: ${guest.message} ${guest.stack}`)
    const { property } = this.#engine
    const of = (name: string): number => property.call(this.#engine, guest, name)
    this.#guest = { run: of('run'), look: of('look'), resume: of('resume') }
    if (this.#engine.call(of('harden'), [JSON.stringify(options.host)]) === undefined) throw new EngineFault('cannot be hardened')
  }

  begin({ code, name, args, seed }: CellRequest): CellStep {
    this.#budget = this.#options.timeMs
    this.#waiting = 0
    return this.#timed(() => {
      const make = this.#compiled(code, name)
      if (typeof make !== 'number') return this.#failed(make)
      const limit = this.#options.maxOutputBytes
      return this.#next(this.#engine.call(this.#guest.run, [make, `{"args":${args},"seed":[${seed.join()}],"limit":${limit},"json":${isJson(args)}}`]))
    })
  }

  resume(answer: CellAnswer): CellStep {
    this.#waiting--
    return this.#timed(() => {
      const text = answer.ok ? `{"id":${answer.id},"ok":true,"value":${answer.value}}` : JSON.stringify(answer)
      return this.#engine.call(this.#guest.resume, [text]) === undefined ? this.#next(undefined) : this.#next('p')
    })
  }

  #timed(work: () => CellStep): CellStep {
    const from = performance.now()
    this.#engine.deadline = from + this.#budget
    try {
      const step = work()
      this.isLost ||= this.#made.size >= KEPT
      return step
    } catch (error) {
      if (!(error instanceof EngineFault)) throw error
      this.isLost = true
      if (error instanceof Interrupted) return this.#failed({ code: 'CODE_TIMEOUT' })
      return this.#failed(error.message === 'out of memory' ? { code: 'CODE_MEMORY' } : { code: 'CODE_CRASH', message: error.message })
    } finally {
      this.#budget -= performance.now() - from
    }
  }

  #compiled(code: string, name: string): number | CellFailure {
    const key = `${name}\n${code}`
    const found = this.#made.get(key)
    if (found !== undefined) return found
    const namespace = this.#engine.evaluate(`export default () => {\n${code}\n;return typeof ${name} === 'function' ? ${name} : undefined\n}`, 'proposal.ts')
    if (typeof namespace !== 'number') {
      const { name: kind, message, stack } = namespace
      return kind === 'InternalError' ? { code: message === 'out of memory' ? 'CODE_MEMORY' : 'CODE_STACK' } : { code: 'CODE_SYNTAX', message, stack }
    }
    const make = this.#engine.property(namespace, 'default')
    this.#made.set(key, make)
    return make
  }

  #next(text: string | undefined): CellStep {
    if (text === undefined) return this.#failed({ code: 'CODE_MEMORY' })
    // What it queued ends before the call does: nothing of it runs within another one.
    if (!this.#engine.runJobs()) return this.#failed({ code: 'CODE_MEMORY' })
    const now = text === 'p' ? this.#engine.call(this.#guest.look, []) : text
    if (now === undefined) return this.#failed({ code: 'CODE_MEMORY' })
    switch (now[0]) {
      case 'v': return { kind: 'done', value: now.slice(1) }
      case 'n': return this.#failed({ code: 'CODE_SYNTAX', message: 'no such function' })
      case 'h': return this.#hostCalls(JSON.parse(now.slice(1)) as { id: number; name: string; args: unknown }[])
      default: return this.#failed(JSON.parse(now.slice(1)) as CellFailure)
    }
  }

  #hostCalls(calls: { id: number; name: string; args: unknown }[]): CellStep {
    this.#waiting += calls.length
    return this.#waiting > 0 ? { kind: 'host', calls } : this.#failed({ code: 'CODE_RESULT', message: 'a promise that never settles' })
  }

  #failed(failure: CellFailure): CellStep {
    // Where the machine stopped it, nobody knows in what state.
    if (['CODE_TIMEOUT', 'CODE_MEMORY', 'CODE_CRASH'].includes(failure.code)) this.isLost = true
    if (this.#waiting > 0) this.isLost = true
    return { kind: 'failed', failure, isLost: this.isLost }
  }
}
