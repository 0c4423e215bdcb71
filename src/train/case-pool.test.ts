import { describe, expect, test } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import { startCandidate, runsOf } from './candidate.ts'
import { casePool, type CasePool } from './case-pool.ts'
import { resolvePlan } from './defaults.ts'
import type { CaseRequest, TrainIO } from './outcome.ts'

const cases = [{ id: 'a' }, { id: 'b', trials: 3 }, { id: 'c' }]
const plan = resolvePlan({ workflow: 'w', cases, concurrency: 2, maxEvaluations: 12 })
const answer = ({ case: { id }, trial }: CaseRequest, score: CaseRun['score'] = 1): CaseRun =>
  ({ caseId: id, trial, score, checks: [], feedback: [], durationMs: 0, trace: { outputs: [], leaks: [] } })
const poolOf = (runCase: TrainIO['runCase'], onRun: (done: number, total: number) => void = () => {}): CasePool =>
  casePool(plan, { runCase, signal: new AbortController().signal }, onRun)
const jobsOf = (candidate: ReturnType<typeof startCandidate>) => cases.map((one) => ({ candidate, case: one }))
const never = new AbortController().signal

describe('the pool', () => {
  test('runs every trial of every case once, and nothing again for the same candidate', async () => {
    const asked: string[] = []
    const progress: string[] = []
    const pool = poolOf(async (request) => { asked.push(`${request.case.id}${request.trial}`); return answer(request) }, (done, total) => progress.push(`${done}/${total}`))
    const candidate = startCandidate({})
    await pool.run(jobsOf(candidate), never)
    await pool.run(jobsOf(candidate), never)
    expect(asked).toEqual(['a0', 'b0', 'b1', 'b2', 'c0'])
    expect([pool.evaluations, pool.available]).toEqual([5, 7])
    expect(progress).toEqual(['1/5', '2/5', '3/5', '4/5', '5/5'])
  })
  test('keeps as many in flight as planned, never more', async () => {
    let [now, most] = [0, 0]
    const pool = poolOf(async (request) => {
      most = Math.max(most, ++now)
      await new Promise((done) => setImmediate(done))
      now--
      return answer(request)
    })
    await pool.run(jobsOf(startCandidate({})), never)
    expect(most).toBe(2)
  })
  test('orders trials and cases by themselves, not by when they complete', async () => {
    const waiting: (() => void)[] = []
    const pool = casePool({ ...plan, concurrency: 5 }, { signal: never, runCase: (request) => new Promise((done) => {
      waiting.push(() => done(answer(request)))
      if (waiting.length === 5) for (const go of waiting.toReversed()) go()
    }) }, () => {})
    const candidate = startCandidate({})
    await pool.run(jobsOf(candidate), never)
    expect([...runsOf(candidate, cases)].map(([id, runs]) => [id, runs.map(({ trial }) => trial)])).toEqual([['a', [0]], ['b', [0, 1, 2]], ['c', [0]]])
  })
  test('holds back what is reserved', () => {
    const pool = poolOf(async (request) => answer(request))
    pool.reserved = 10
    expect(pool.available).toBe(2)
  })
  test('starts nothing once the signal has aborted, and does not wait for a run that hangs', async () => {
    const stop = new AbortController()
    const pool = poolOf((request) => (request.case.id === 'a' ? Promise.resolve(answer(request)) : new Promise(() => { stop.abort() })))
    const candidate = startCandidate({})
    await pool.run(jobsOf(candidate), stop.signal)
    expect([...candidate.runs.keys()]).toEqual(['a'])
    expect(pool.evaluations).toBe(2)
    await pool.run(jobsOf(candidate), stop.signal)
    expect(pool.evaluations).toBe(2)
  })
  test('a case that has only some of its trials when the signal aborts is left out', async () => {
    const stop = new AbortController()
    const pool = poolOf(async (request) => { if (request.case.id === 'b' && request.trial === 1) stop.abort(); return answer(request) })
    const candidate = startCandidate({})
    await pool.run(jobsOf(candidate), stop.signal)
    expect([...candidate.runs.keys()]).toEqual(['a'])
  })
  test.each([[NaN, 'NaN'], [1.7, '1.7'], [-0.1, '-0.1'], [Infinity, 'Infinity'], ['1', '"1"'], [null, 'null']])('a score of %s is an error that names the case', async (score, shown) => {
    const pool = poolOf(async (request) => answer(request, score as number))
    await expect(pool.run(jobsOf(startCandidate({})), never)).rejects.toMatchObject({
      code: 'CASE_SCORE',
      message: `expected a score from 0 to 1, received ${shown}, at case "a"\n  Divide by the highest score that is possible, and check for 0 before dividing.`,
    })
  })
  test('an error of `runCase` itself is not swallowed', async () => {
    const pool = poolOf(async () => { throw new TypeError('a bug') })
    await expect(pool.run(jobsOf(startCandidate({})), never)).rejects.toThrow(new TypeError('a bug'))
  })
})
