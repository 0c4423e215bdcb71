/** Calls to one server: how many at a time, how many a minute, and who waits when it says stop. Stage: llm. */
import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TraceEvalError } from '../../core/errors.ts'
import { callModel } from './call-model.ts'
import { AdaptivePacer, sharedPacer, type PacerLimits, type Turn, type TurnRequest } from './pacer.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'

const patient = { tokens: 1, deadlineMs: 1e12, maxPauseMs: 1e12 }
type Begun = Extract<Turn, { end: unknown }>

/** Asks for a turn and keeps what comes. */
function enter(pacer: AdaptivePacer, request: Partial<TurnRequest> = {}): { turn?: Turn } {
  const held: { turn?: Turn } = {}
  void pacer.enter({ ...patient, ...request }).then((turn) => { held.turn = turn })
  return held
}
const began = ({ turn }: { turn?: Turn }): boolean => turn !== undefined && 'end' in turn
const end = ({ turn }: { turn?: Turn }, how: Parameters<Begun['end']>[0]): void => { (turn as Begun).end(how) }

interface Job { readonly after: number; readonly tokens: number; readonly takes: number }
const jobs = fc.array(fc.record({ after: fc.integer({ min: 0, max: 20_000 }), tokens: fc.integer({ min: 0, max: 100 }), takes: fc.integer({ min: 0, max: 30_000 }) }), { maxLength: 40 })

/** When each job began and ended, in the order they came. */
async function play(limits: PacerLimits, list: readonly Job[]): Promise<{ came: number; began: number; ended: number; tokens: number }[]> {
  const clock = new VirtualClock()
  const pacer = new AdaptivePacer(limits, clock)
  const log: { came: number; began: number; ended: number; tokens: number }[] = []
  let at = 0
  for (const { after, tokens, takes } of list) {
    at += after
    const entry = { came: at, began: Number.NaN, ended: Number.NaN, tokens }
    log.push(entry)
    clock.setTimeout(() => {
      void pacer.enter({ ...patient, tokens }).then((turn) => {
        entry.began = clock.now()
        clock.setTimeout(() => { entry.ended = clock.now(); (turn as Begun).end({ answered: true }) }, takes)
      })
    }, at)
  }
  await clock.run()
  expect(clock.pending).toBe(0)
  return log
}
/** What happened in the minute that ends with a start. */
const minuteOf = (log: readonly { began: number; tokens: number }[], end: number): { began: number; tokens: number }[] => log.filter(({ began }) => began > end - 60_000 && began <= end)

describe('limits', () => {
  it('hold in every minute, whatever comes when, and everyone has a turn, in order', async () => {
    const limit = fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined })
    await fc.assert(fc.asyncProperty(jobs, limit, limit, fc.option(fc.integer({ min: 50, max: 300 }), { nil: undefined }), async (list, maxConcurrency, requestsPerMinute, tokensPerMinute) => {
      const log = await play({ ...(maxConcurrency && { maxConcurrency }), ...(requestsPerMinute && { requestsPerMinute }), ...(tokensPerMinute && { tokensPerMinute }) }, list)
      for (const { began } of log) {
        const minute = minuteOf(log, began)
        expect(minute.length).toBeLessThanOrEqual(requestsPerMinute ?? Infinity)
        const tokens = minute.reduce((sum, one) => sum + one.tokens, 0)
        expect(minute.length < 2 || tokens <= (tokensPerMinute ?? Infinity)).toBe(true)
        expect(log.filter((one) => one.began <= began && one.ended > began).length).toBeLessThanOrEqual(maxConcurrency ?? Infinity)
      }
      const starts = log.map(({ began }) => began)
      expect(starts).toEqual([...starts].sort((a, b) => a - b))
      expect(starts.some(Number.isNaN)).toBe(false)
    }), { numRuns: 60 })
  })

  it('cost no more time than they must: a call begins with the one before it, or a minute after the one that is as many before', async () => {
    await fc.assert(fc.asyncProperty(jobs, fc.integer({ min: 1, max: 8 }), async (list, requestsPerMinute) => {
      const log = await play({ requestsPerMinute }, list)
      const expected: number[] = []
      for (const [index, { came }] of log.entries()) expected.push(Math.max(came, expected.at(-1) ?? 0, (expected[index - requestsPerMinute] ?? -Infinity) + 60_000))
      expect(log.map(({ began }) => began)).toEqual(expected)
    }), { numRuns: 60 })
  })

  it('count the tokens that were used, once they are known', async () => {
    const clock = new VirtualClock()
    const pacer = new AdaptivePacer({ tokensPerMinute: 100 }, clock)
    const [first, second] = [enter(pacer, { tokens: 90 }), enter(pacer, { tokens: 90 })]
    await clock.run(() => began(first))
    expect(began(second)).toBe(false)
    end(first, { answered: true, tokens: 10 })
    await clock.run(() => began(second))
    expect([began(second), clock.now()]).toEqual([true, 0])
  })
})

describe('a complaint', () => {
  const complain = { answered: false, pauseMs: 1000 }

  it('halves the calls at a time once, however many complain, and twenty answers add one', async () => {
    const clock = new VirtualClock()
    const pacer = new AdaptivePacer({}, clock)
    const flying = Array.from({ length: 8 }, () => enter(pacer))
    await clock.run(() => flying.every(began))
    for (const one of flying) end(one, complain)
    const inFlight = async (): Promise<number> => {
      const all = Array.from({ length: 12 }, () => enter(pacer))
      await clock.run(() => all.some(began))
      const count = all.filter(began).length
      for (const one of all) {
        await clock.run(() => began(one))
        end(one, { answered: true })
      }
      return count
    }
    expect(await inFlight()).toBe(4)   // 12 answers
    expect(await inFlight()).toBe(4)   // 24 answers
    expect(await inFlight()).toBe(5)
  })

  it('never leaves less than one call at a time', async () => {
    const clock = new VirtualClock()
    const pacer = new AdaptivePacer({ maxConcurrency: 2 }, clock)
    for (let round = 0; round < 5; round++) {
      const one = enter(pacer)
      await clock.run(() => began(one))
      end(one, complain)
    }
    expect(clock.now()).toBe(4000)
  })

  it('stops all calls for as long as the longest wait that was asked for, which is told once', async () => {
    const notices: string[] = []
    const clock = new VirtualClock()
    const pacer = new AdaptivePacer({ onPause: (notice) => { notices.push(notice) } }, clock)
    const flying = [enter(pacer), enter(pacer)]
    await clock.run(() => flying.every(began))
    end(flying[0]!, { answered: false, pauseMs: 2000 })
    end(flying[1]!, { answered: false, pauseMs: 5000 })
    const next = enter(pacer)
    await clock.run()
    expect([began(next), clock.now(), notices]).toEqual([true, 5000, ['rate limited, resuming in 2 s']])
  })

  it('turns those away who would wait too long, those in the queue as well', async () => {
    const clock = new VirtualClock()
    const pacer = new AdaptivePacer({ maxConcurrency: 1 }, clock)
    const [first, second, third] = [enter(pacer), enter(pacer, { maxPauseMs: 3000 }), enter(pacer, { maxPauseMs: 10_000 })]
    await clock.run(() => began(first))
    end(first, { answered: false, pauseMs: 4000 })
    const late = enter(pacer, { maxPauseMs: 3000 })
    await clock.run(() => began(third))
    expect([second.turn, late.turn, began(third), clock.now()]).toEqual([{ refused: 'paused', forMs: 4000 }, { refused: 'paused', forMs: 4000 }, true, 4000])
  })
})

describe('who waits', () => {
  it('waits no longer than its deadline, and leaves when it is stopped', async () => {
    const clock = new VirtualClock()
    const pacer = new AdaptivePacer({ maxConcurrency: 1 }, clock)
    const stop = new AbortController()
    const [first, second, third, fourth] = [enter(pacer), enter(pacer, { deadlineMs: 50 }), enter(pacer, { signal: stop.signal }), enter(pacer)]
    stop.abort()
    await clock.run(() => second.turn !== undefined)
    expect([second.turn, third.turn, clock.now()]).toEqual([{ refused: 'deadline' }, { refused: 'stopped' }, 50])
    end(first, { answered: true })
    await clock.run(() => began(fourth))
    expect(began(fourth)).toBe(true)
    expect(await pacer.enter({ ...patient, signal: AbortSignal.abort() })).toEqual({ refused: 'stopped' })
  })

  it('leaves no timer and no listener behind, and ends once', async () => {
    const clock = new VirtualClock()
    const pacer = new AdaptivePacer({ maxConcurrency: 1 }, clock)
    const { signal } = new AbortController()
    const [first, second] = [enter(pacer, { signal }), enter(pacer, { signal })]
    await clock.run(() => began(first))
    end(first, { answered: true })
    end(first, { answered: true })
    await clock.run(() => began(second))
    expect(began(enter(pacer))).toBe(false)
    end(second, { answered: true })
    expect([getEventListeners(signal, 'abort').length]).toEqual([0])
  })
})

describe('a call that the run refuses', () => {
  it('gives its turn back, to as many as come', async () => {
    const pacer = new AdaptivePacer({ maxConcurrency: 1 })
    const refusal = new TraceEvalError('CASSETTE_MISS', 'expected a recorded answer, received none')
    let calls = 0
    const model = { name: 'small', pacer, send: async () => { if (++calls < 4) throw refusal; return { text: 'fine', finish: 'stop' as const } } }
    const ask = () => callModel(model, { messages: [{ role: 'user', content: 'hello' }] }, { attempts: 1, totalTimeoutMs: 1000 })
    for (let refused = 0; refused < 3; refused++) await expect(ask()).rejects.toBe(refusal)
    expect(await ask()).toMatchObject({ text: 'fine' })
  })
})

describe('models of one server and key', () => {
  it('share their pacer, and the strictest limits count', async () => {
    const [one, other] = [sharedPacer('https://example.org\nkey'), sharedPacer('https://example.org\nkey', { maxConcurrency: 1 })]
    expect(one).toBe(other)
    expect(sharedPacer('https://example.org\nother key')).not.toBe(one)
    const client = {}
    expect(sharedPacer(client)).toBe(sharedPacer(client))
    const [first, second] = [enter(one), enter(one)]
    await new Promise((resolve) => { setImmediate(resolve) })
    expect([began(first), began(second)]).toEqual([true, false])
    end(first, { answered: true })
    await new Promise((resolve) => { setImmediate(resolve) })
    end(second, { answered: true })
  })
})
