/** Calls of proposed code, each in a cell that no other call uses meanwhile. Stage: code. */
import { sha256 } from '../core/hash.ts'
import { describeValue } from '../core/describe-value.ts'
import { CodeError } from './code-error.ts'
import type { CellAnswer, CellOptions, CellRequest, CellStep } from './cell.ts'
import { NotData, packData, unpackData, unpackValue } from './data.ts'
import { failureError } from './failure.ts'
import { Places } from './places.ts'
import { prepared } from './prepared.ts'
import { LocalTransport, type Transport } from './transport.ts'
import { ThreadTransport } from './thread.ts'
import type { CodeRunner, CodeRunnerOptions } from './types.ts'

type Host = NonNullable<CodeRunnerOptions['host']>
type HostStep = Extract<CellStep, { kind: 'host' }>

// Calls at once: what waits for host functions keeps its cell.
const AT_ONCE = { sandbox: 16, worker: 4 } as const

/** The runner of `sandbox` and `worker`. */
export function isolatedRunner(isolation: 'sandbox' | 'worker', seed: string, host: Host, options: CellOptions): CodeRunner {
  const places = new Places<Transport>(AT_ONCE[isolation], () => (isolation === 'worker' ? new ThreadTransport(options) : new LocalTransport(options)))
  const begin = (source: string, name: string, args: readonly unknown[]): CellRequest => {
    const packed = packArguments(name, args)
    return { code: prepared(source, name), name, args: packed, seed: seedOf(`${seed}\n${name}\n${packed}`) }
  }
  const ended = (step: Exclude<CellStep, HostStep>, source: string, name: string): unknown => {
    places.checkOpen()
    if (step.kind === 'failed') throw failureError(step.failure, source, name, options)
    try {
      return unpackData(step.value)
    } catch {
      throw new CodeError('CODE_RESULT', `expected ${name} to give data, received what is none`)
    }
  }
  return {
    call: async (source, name, args) => {
      const request = begin(source, name, args)
      const place = await places.take()
      try {
        const waiting = new Map<number, Promise<CellAnswer>>()
        let step = await place.send(request)
        while (step.kind === 'host') {
          for (const { id, name: wanted, args } of step.calls) waiting.set(id, answerOf(host, id, wanted, args))
          const answer = await Promise.race(waiting.values())
          places.checkOpen()
          waiting.delete(answer.id)
          step = await place.send(answer)
        }
        return ended(step, source, name)
      } finally {
        places.give(place)
      }
    },
    callSync: (source, name, args) => {
      const request = begin(source, name, args)
      const place = places.takeNow()
      try {
        const waiting: CellAnswer[] = []
        let step = place.sendSync(request)
        while (step.kind === 'host') {
          for (const { id, name: wanted, args } of step.calls) waiting.push(answerNow(host, id, wanted, args))
          step = place.sendSync(waiting.shift()!)
        }
        return ended(step, source, name)
      } finally {
        places.give(place)
      }
    },
    dispose: () => { places.close() },
  }
}

function packArguments(name: string, args: readonly unknown[]): string {
  try {
    return packData(args)
  } catch (error) {
    if (!(error instanceof NotData)) throw error
    throw new CodeError('CODE_ARGUMENTS', `expected ${name} to be called with ${error.message}, at argument ${error.path}`)
  }
}

/** Four words from a text: where `Math.random` starts. */
function seedOf(text: string): number[] {
  const digest = sha256(text)
  return [0, 8, 16, 24].map((at) => Number.parseInt(digest.slice(at, at + 8), 16) | 0)
}

async function answerOf(host: Host, id: number, name: string, args: unknown): Promise<CellAnswer> {
  try {
    return { id, ok: true, value: packData(await host[name]!(...unpackValue(args) as never[])) }
  } catch (error) {
    return refused(id, name, error)
  }
}

function answerNow(host: Host, id: number, name: string, args: unknown): CellAnswer {
  let value: unknown
  try {
    value = host[name]!(...unpackValue(args) as never[])
    if (value instanceof Promise) value.catch(() => {})
    else return { id, ok: true, value: packData(value) }
  } catch (error) {
    return refused(id, name, error)
  }
  throw new CodeError('CODE_HOST', `expected host.${name} to give its value at once in a synchronous call, received a promise`, { hint: 'Declare the code as an async function, or call it with `call`.' })
}

/** Only the message of an error goes in: its stack and its fields are of this process. */
function refused(id: number, name: string, error: unknown): CellAnswer {
  return { id, ok: false, message: error instanceof NotData ? `host.${name} gave no data` : error instanceof Error ? error.message : describeValue(error) }
}
