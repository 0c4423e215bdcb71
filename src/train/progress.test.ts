import { describe, expect, test } from 'vitest'
import { scripted, toyWorkflow, trainToy } from '../../test/train/toy-workflow.ts'
import type { Clock } from '../core/clock.ts'
import { parameter } from '../graph/parameter.ts'
import type { TrainProgress } from './outcome.ts'

const limit = parameter('limit', 0.2, { range: [0, 1] })

/** A clock on which each case run takes `perRunMs`, and a toy that moves it. */
function timed(size: number, perRunMs: number): { toy: ReturnType<typeof toyWorkflow>; clock: Clock; told: TrainProgress[] } {
  let now = 1000
  return {
    told: [], clock: { now: () => now, setTimeout: () => 0, clearTimeout: () => {} },
    toy: toyWorkflow({ size, parameters: [limit], judge: (index, values) => ((values['limit'] as number) * size > index ? 1 : 0), settle: async () => { now += perRunMs } }),
  }
}

describe('progress', () => {
  test('tells every phase, every round that ended with the scores so far, and that it is done', async () => {
    const { toy, clock, told } = timed(40, 1)
    await trainToy(toy, scripted([{ limit: 0.5 }], [{ limit: 0.1 }]), {}, { clock, onProgress: (progress) => told.push(progress) })
    const line = ({ phase, round, done, total, startScore, bestScore, ended }: TrainProgress): string =>
      `${phase} ${round}: ${done}/${total}${startScore === undefined ? '' : ` ${startScore} → ${bestScore}`}${ended === undefined ? '' : ` ${ended.state}`}`
    expect(told.map(line)).toMatchInlineSnapshot(`
      [
        "start 0: 0/20",
        "start 0: 20/20",
        "round 1: 0/0 0.25 → 0.25",
        "round 1: 6/6 0.25 → 0.25",
        "round 1: 12/12 0.25 → 0.25",
        "round 1: 20/20 0.25 → 0.25",
        "round 1: 20/20 0.25 → 0.5 kept",
        "round 2: 0/0 0.25 → 0.5",
        "round 2: 6/6 0.25 → 0.5",
        "round 2: 12/12 0.25 → 0.5",
        "round 2: 12/12 0.25 → 0.5 not-kept",
        "round 3: 0/0 0.25 → 0.5",
        "held-out 2: 0/0 0.25 → 0.5",
        "held-out 2: 40/40 0.25 → 0.5",
        "done 2: 0/0 0.25 → 0.5",
      ]
    `)
    expect(told.at(-1)).toMatchObject({ phase: 'done', rounds: 10, evaluations: told.at(-1)!.evaluations, maxEvaluations: 600, remainingMs: 0 })
  })

  test('tells case runs at most every 50 ms, and the last one of a call always', async () => {
    const { toy, clock, told } = timed(100, 10)
    await trainToy(toy, undefined, { concurrency: 1 }, { clock, onProgress: (progress) => told.push(progress) })
    expect(told.filter(({ phase, done }) => phase === 'start' && done > 0).map(({ done }) => done)).toEqual(Array.from({ length: 20 }, (_, index) => 5 * (index + 1)))
  })

  test('estimates the time left from the pace so far: what the rounds spend on average, and the held-out runs', async () => {
    const { toy, clock, told } = timed(40, 100)
    await trainToy(toy, scripted([{ limit: 0.5 }], [{ limit: 0.6 }]), { rounds: 3, concurrency: 1 }, { clock, onProgress: (progress) => told.push(progress) })
    const [first] = told.filter(({ ended }) => ended !== undefined)
    // After 20 runs at the start and 20 in the round: two rounds of 20 are likely, and 40 held-out runs.
    expect([first!.evaluations, first!.remainingMs]).toEqual([40, (2 * 20 + 40) * 100])
    expect(told[0]).not.toHaveProperty('remainingMs')
  })

  test('never estimates more time than the plan allows', async () => {
    const { toy, clock, told } = timed(40, 100)
    await trainToy(toy, scripted([{ limit: 0.5 }]), { maxDurationMs: 5000, concurrency: 1 }, { clock, onProgress: (progress) => told.push(progress) })
    expect(told.filter(({ remainingMs = 0 }) => remainingMs > 5000)).toEqual([])
  })

  test('of a run that only measures counts down to its end', async () => {
    const { toy, clock, told } = timed(10, 100)
    await trainToy(toy, undefined, { concurrency: 1 }, { clock, onProgress: (progress) => told.push(progress) })
    expect(told.filter(({ phase }) => phase === 'start').map(({ remainingMs }) => remainingMs)).toEqual([undefined, 900, 800, 700, 600, 500, 400, 300, 200, 100, 0])
  })
})
