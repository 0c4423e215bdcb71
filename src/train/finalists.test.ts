import { describe, expect, test } from 'vitest'
import { optimizerOf, scripted, toyWorkflow, trainToy } from '../../test/train/toy-workflow.ts'
import { hashFraction } from '../core/hash.ts'
import { parameter } from '../graph/parameter.ts'

const limit = parameter('limit', 0.2, { range: [0, 1] })

const trainFinalists = (toy: Parameters<typeof trainToy>[0], optimizer: Parameters<typeof trainToy>[1], options: object = {}): ReturnType<typeof trainToy> => trainToy(toy, optimizer, { rerunFinalists: true, ...options })

describe('finalists', () => {
  /** What a value is worth on the mean run of a case; the first run of 0.9 is lucky. */
  const worth = (now: number, trial: number): number => (now === 0.2 ? 0.3 : now === 0.8 ? 0.6 : trial === 0 ? 0.62 : 0.4)
  const noisy = () => toyWorkflow({
    size: 12, parameters: [limit],
    judge: (index, values, trial) => worth(values['limit'] as number, trial) + 0.2 * (hashFraction(`${index} ${trial} ${values['limit'] as number}`) - 0.5),
  })

  test('that one run of each case cannot tell apart run again, and the mean of all runs decides', async () => {
    const toy = noisy()
    const { outcome } = await trainFinalists(toy, scripted([{ limit: 0.8 }], [{ limit: 0.9 }]))
    expect(outcome.rounds.map(({ state }) => state)).toEqual(['kept', 'kept'])
    expect(outcome.finalValues).toEqual({ limit: 0.8 })
    expect(outcome.decided).toMatch(/; best of 2 by 1 more run of 12 cases, another one than the last that was kept$/)
    // Start and two candidates, then 6 probes of the best, and what is missing of one more run of both.
    expect(outcome.evaluations).toBe(3 * 12 + 12 + 12)
    expect(outcome.finalRuns.get('case 0')).toHaveLength(1)
  })
  test('are none unless asked for: no case runs more than its trials for the same values, however noisy', async () => {
    const toy = noisy()
    const { outcome } = await trainToy(toy, scripted([{ limit: 0.8 }], [{ limit: 0.9 }]))
    expect([outcome.evaluations, outcome.decided?.includes('best of')]).toEqual([3 * 12, false])
  })

  test('are none where a second run of a few cases changes nothing', async () => {
    const toy = toyWorkflow({ size: 12, parameters: [limit], judge: (index, values) => (values['limit'] as number) * 0.5 + 0.3 * hashFraction(`${index} ${values['limit'] as number}`) })
    const { outcome } = await trainFinalists(toy, optimizerOf(({ round }) => (round > 2 ? [] : [{ changes: { limit: round === 1 ? 0.7 : 0.72 } }])))
    expect(outcome.evaluations).toBe(3 * 12 + 6)
    expect(outcome.decided).not.toContain('best of')
  })
  test('are not run beyond the budget, nor where the best one is clearly ahead', async () => {
    const { outcome } = await trainFinalists(noisy(), scripted([{ limit: 0.8 }], [{ limit: 0.9 }]), { maxEvaluations: 40 })
    expect(outcome.evaluations).toBe(36)
    const ahead = await trainFinalists(toyWorkflow({ size: 12, parameters: [limit], judge: (index, values, trial) => (values['limit'] === 0.2 ? 0.1 : 0.8) + 0.1 * hashFraction(`${index} ${trial}`) }), scripted([{ limit: 0.8 }]))
    expect(ahead.outcome.evaluations).toBe(24)
  })
})
