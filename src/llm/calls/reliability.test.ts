/** The policy of a call, against a clock that only tests move. Stage: llm. */
import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { callModel, type CallPolicy } from './call-model.ts'
import type { Model, ModelReply, ModelRequest } from '../model.ts'
import { RunModels } from '../run-models.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'

const ask: ModelRequest = { messages: [{ role: 'user', content: 'hello' }] }
const busy = Object.assign(new Error('busy'), { status: 503 })

/** How a call ended, when, and when each attempt began. */
async function play(send: (request: ModelRequest, attempt: number, clock: VirtualClock) => Promise<ModelReply>, policy: CallPolicy, { request = ask, random = () => 0.5 }: { request?: ModelRequest; random?: () => number } = {}) {
  const clock = new VirtualClock()
  const began: number[] = []
  const model: Model = { name: 'small', send: (asked) => send(asked, began.push(clock.now()) - 1, clock) }
  let ended: string | undefined
  const call = callModel(model, request, policy, { clock, random }).then(({ text }) => text, (error: Error) => error.message.split('\n')[0]!).then((told) => { ended = told })
  await clock.run(() => ended !== undefined)
  await call
  return { ended, at: clock.now(), began, timersLeft: clock.pending }
}
const never = (): Promise<ModelReply> => new Promise(() => undefined)
const fine = async (): Promise<ModelReply> => ({ text: 'fine', finish: 'stop' })

describe('the wait before another attempt', () => {
  it('is drawn between 0 and twice the one before, up to the longest (full jitter)', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 5000 }), fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 5, maxLength: 5 }), async (backoffMs, maxBackoffMs, draws) => {
      const left = [...draws]
      const { began, timersLeft } = await play(async () => { throw busy }, { attempts: 6, backoffMs, maxBackoffMs }, { random: () => left.shift() ?? 0 })
      const waits = began.slice(1).map((at, index) => at - began[index]!)
      for (const [index, wait] of waits.entries()) expect(wait).toBeCloseTo(draws[index]! * Math.min(maxBackoffMs, backoffMs * 2 ** index), 6)
      expect([waits.length, timersLeft]).toEqual([5, 0])
    }), { numRuns: 50 })
  })

  it('never ends behind the deadline of the call', async () => {
    const { ended, at, began } = await play(async () => { throw busy }, { attempts: 100, backoffMs: 400, maxBackoffMs: 400, totalTimeoutMs: 1000 })
    expect([ended, at, began]).toEqual(['expected an answer of the model, received: 503 busy (5 attempts), at model "small"', 800, [0, 200, 400, 600, 800]])
  })
})

describe('deadlines', () => {
  it('hold though the adapter ignores its signal', async () => {
    expect(await play(never, { attempts: 2, attemptTimeoutMs: 100, backoffMs: 0 }))
      .toEqual({ ended: 'expected an answer of the model, received: no complete answer within 0.1 s (2 attempts), at model "small"', at: 200, began: [0, 100], timersLeft: 0 })
  })

  it('tell the adapter to stop', async () => {
    let stopped = false
    await play(({ signal }) => { signal!.addEventListener('abort', () => { stopped = true }); return never() }, { attempts: 1, attemptTimeoutMs: 100 })
    expect(stopped).toBe(true)
  })

  it('of a stream are its first piece, each silence between pieces, and the call', async () => {
    const pieces = (gaps: readonly number[]) => async ({ onProgress }: ModelRequest, _: number, clock: VirtualClock): Promise<ModelReply> => {
      for (const gap of gaps) {
        await new Promise<void>((resolve) => { clock.setTimeout(resolve, gap) })
        onProgress!()
      }
      return fine()
    }
    const policy = { attempts: 1, attemptTimeoutMs: 100, idleTimeoutMs: 50, totalTimeoutMs: 400 }
    expect((await play(pieces([90, 40, 40, 40, 40, 40, 40]), policy)).ended).toBe('fine')
    expect(await play(pieces([110]), policy)).toMatchObject({ ended: expect.stringContaining('no complete answer within 0.1 s'), at: 100 })
    expect(await play(pieces([90, 60]), policy)).toMatchObject({ ended: expect.stringContaining('stream idle 0.1 s'), at: 140 })
    expect(await play(pieces(Array.from({ length: 20 }, () => 40)), policy)).toMatchObject({ ended: expect.stringContaining('no complete answer within 0.4 s'), at: 400 })
  })

  it('end what an attempt still says: the caller hears the next one only', async () => {
    const heard: string[] = []
    const send = async ({ onText }: ModelRequest, attempt: number, clock: VirtualClock): Promise<ModelReply> => {
      if (attempt === 0) {
        clock.setTimeout(() => onText!('late', 'late'), 150)
        return never()
      }
      await new Promise<void>((resolve) => { clock.setTimeout(resolve, 80) })
      onText!('fine', 'fine')
      return fine()
    }
    await play(send, { attempts: 2, attemptTimeoutMs: 100, backoffMs: 0 }, { request: { ...ask, onText: (piece) => { heard.push(piece) } } })
    expect(heard).toEqual(['fine'])
  })
})

describe('an answer that was cut off', () => {
  it('is asked for once more with twice the room, where the caller wants it: that of the request, else what the answer had', async () => {
    const asked = async (request: ModelRequest, outputTokens: number | undefined, raiseCutOff: boolean): Promise<(number | undefined)[]> => {
      const limits: (number | undefined)[] = []
      await play(async ({ maxOutputTokens }) => { limits.push(maxOutputTokens); return { text: 'half', finish: 'length', ...(outputTokens !== undefined && { outputTokens }) } }, { raiseCutOff }, { request })
      return limits
    }
    expect(await asked({ ...ask, maxOutputTokens: 10 }, 7, true)).toEqual([10, 20])
    expect(await asked(ask, 7, true)).toEqual([undefined, 14])
    expect(await asked(ask, undefined, true)).toEqual([undefined])
    expect(await asked({ ...ask, maxOutputTokens: 10 }, 7, false)).toEqual([10])
  })
})

describe('what a model returns', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined'], ['a text', 'fine', '"fine"'], ['no reason', { text: 'fine' }, '{ text: "fine" }'], ['another reason', { text: 'fine', finish: 'done' }, '{ text: "fine", finish: "done" }'],
    ['a text that is none', { text: 7, finish: 'stop' }, '{ text: 7, finish: "stop" }'],
  ])('is looked at: %s is no answer', async (_, reply, shown) => {
    expect((await play(async () => reply as ModelReply, { attempts: 1 })).ended).toBe(`expected an answer of the model, received: expected the model to return { text, finish }, received ${shown}, at model "small"`)
  })

  it('may be empty where it calls tools, refuses, or was cut off', async () => {
    for (const reply of [{ finish: 'tool-calls', toolCalls: [{ id: 'a', name: 'now', arguments: {} }] }, { finish: 'refusal' }, { finish: 'length' }] as const) {
      expect((await play(async () => ({ text: '', ...reply }), { attempts: 1 })).ended).toBe('')
    }
    expect((await play(async () => ({ text: ' ', finish: 'stop' }), { attempts: 1 })).ended).toBe('expected an answer of the model, received: the answer holds no text, at model "small"')
  })

  it('is whatever was thrown, in one harmless line without secrets', async () => {
    const thrown = async (error: unknown): Promise<string | undefined> => (await play(async () => { throw error }, { attempts: 1 })).ended
    expect(await thrown('no')).toBe('expected an answer of the model, received: no, at model "small"')
    expect(await thrown(undefined)).toBe('expected an answer of the model, received: an error without a message, at model "small"')
    expect(await thrown(new Error('two\nlines \u001b[31m and sk-abcdefghijklmnop'))).toBe('expected an answer of the model, received: two lines \\x1b[31m and [redacted key], at model "small"')
    expect(await thrown(Object.defineProperty({}, 'message', { get() { throw new Error('trap') } }))).toBe('expected an answer of the model, received: an error without a message, at model "small"')
  })
})

it('a call that is stopped waits for nothing, and leaves no listener behind', async () => {
  const stop = new AbortController()
  const { ended, at, timersLeft } = await play(async (_, __, clock) => { clock.setTimeout(() => stop.abort(), 100); throw busy }, { backoffMs: 10_000 }, { request: { ...ask, signal: stop.signal } })
  expect([ended, at, timersLeft]).toEqual(['expected an answer of the model, received: the run was stopped, at model "small"', 100, 0])
  expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  expect((await play(fine, {}, { request: { ...ask, signal: AbortSignal.abort() } })).began).toEqual([])
})

it('a policy is durations and counts', async () => {
  await expect(callModel({ name: 'small', send: fine }, ask, { attempts: 0 })).rejects.toThrow('expected attempts to be a count of at least 1, received 0')
  await expect(callModel({ name: 'small', send: fine }, ask, { idleTimeoutMs: Number.NaN })).rejects.toThrow('expected idleTimeoutMs to be milliseconds, at least 0, received NaN')
})

it('of a case that is over no call is tried again; while one waits, the case knows for what', async () => {
  const clock = new VirtualClock()
  const { result, scope } = new RunModels().inCase('a', 0, async () => {
    let attempts = 0
    const model: Model = { name: 'small', send: async () => { attempts++; throw busy } }
    const told = await callModel(model, ask, { backoffMs: 1000 }, { clock, random: () => 1 }).catch((error: Error) => error.message.split('\n')[0])
    return [attempts, told]
  })
  clock.setTimeout(() => {
    expect([...scope.calls.waiting!.values()]).toEqual(['model "small": 503 busy; asked again'])
    scope.calls.isOver = true
  }, 1500)
  let ended = false
  void result.then(() => { ended = true })
  await clock.run(() => ended)
  expect(await result).toEqual([2, 'expected an answer of the model, received: the run was stopped (2 attempts), at model "small"'])
  expect(scope.calls.waiting!.size).toBe(0)
})
