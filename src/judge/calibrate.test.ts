import { expect, test } from 'vitest'
import { unscored } from '../feedback/unscored.ts'
import { calibrate, type LabelledOutput } from './calibrate.ts'
import { formatCalibration } from './format-calibration.ts'

/** Rows whose output is the score that the judge will give. */
const rows = (...groups: readonly (readonly [score: number, label: boolean, times: number])[]): LabelledOutput[] =>
  groups.flatMap(([output, label, times]) => Array.from({ length: times }, () => ({ output, label })))
const polite = Object.assign(async function polite(output: number) { return { score: output, text: `${output}: because\u001b[31m` } }, { threshold: 0.7 })

test('a judge is held against people: agreement, kappa, the table, each label, and where they differ', async () => {
  // The table of a published example: 31, 12 / 4, 58.
  const calibration = await calibrate(polite, rows([0.9, true, 31], [0.5, true, 12], [0.7, false, 4], [0, false, 58]))
  expect(calibration).toMatchObject({
    judge: 'polite', n: 105, unscored: [], labels: ['pass', 'fail'], table: [[31, 12], [4, 58]],
    perLabel: [{ label: 'pass', people: 43, judge: 35, both: 31, precision: 31 / 35, recall: 31 / 43 }, { label: 'fail', people: 62, judge: 70, both: 58 }],
  })
  expect([calibration.agreement, calibration.kappa!.toFixed(7)]).toEqual([89 / 105, '0.6756757'])
  expect(calibration.kappaLower!).toBeLessThanOrEqual(0.6756757 - 1.6448536 * 0.0734476)
  expect(calibration.disagreements).toHaveLength(16)
  expect(formatCalibration(calibration)).toBe(String.raw`judge "polite" on 105 labelled outputs
   agreement   0.85 (89 of 105), 95 % lower bound 0.78
   kappa       0.68, 95 % lower bound 0.53; 1 is perfect, 0 is chance

   people \ judge   pass   fail   recall
   pass               31     12     0.72
   fail                4     58     0.94
   precision        0.89   0.83

   disagreements
     #32: people pass, judge fail (0.50): 0.5: because\x1b[31m
     #33: people pass, judge fail (0.50): 0.5: because\x1b[31m
     #34: people pass, judge fail (0.50): 0.5: because\x1b[31m
     #35: people pass, judge fail (0.50): 0.5: because\x1b[31m
     #36: people pass, judge fail (0.50): 0.5: because\x1b[31m
     #37: people pass, judge fail (0.50): 0.5: because\x1b[31m
     #38: people pass, judge fail (0.50): 0.5: because\x1b[31m
     #39: people pass, judge fail (0.50): 0.5: because\x1b[31m
     #40: people pass, judge fail (0.50): 0.5: because\x1b[31m
     #41: people pass, judge fail (0.50): 0.5: because\x1b[31m
     and 6 more`)
})

test('what the judge cannot say counts on no side', async () => {
  const down = (output: number): number => { if (output === 0.5) throw unscored('the server is down'); return output }
  const calibration = await calibrate(down, rows([1, true, 3], [0.5, true, 1], [0, false, 3]))
  expect(calibration).toMatchObject({ n: 6, agreement: 1, kappa: 1, unscored: [{ id: '#4', reason: 'the server is down' }] })
  expect(formatCalibration(calibration)).toContain('judge "down" on 7 labelled outputs, 1 of them unscored\n')
  expect(formatCalibration(calibration)).toContain('\n   unscored\n     #4: the server is down')
  const nothing = await calibrate(down, rows([0.5, true, 2]))
  expect(nothing).toMatchObject({ n: 0, agreement: undefined, kappa: undefined, labels: [] })
  expect(formatCalibration(nothing)).toContain('   nothing was judged\n')
})

test('any labels, once it is said which one a score stands for', async () => {
  const marks = Array.from({ length: 10 }, (_, index) => ({ output: index / 10, label: 1 + Math.floor(index / 2), id: `row ${index}` }))
  const judge = (output: number): number => output
  const { labels, table, kappa } = await calibrate(judge, marks, { labelOf: (score) => 1 + Math.floor(score * 5) })
  expect([labels, table[4], kappa]).toEqual([['1', '2', '3', '4', '5'], [0, 0, 0, 0, 2], 1])
  await expect(calibrate(judge, marks)).rejects.toThrow('expected true or false, received 1, at labelled output row 0\n  For labels of your own')
  await expect(calibrate(judge, [])).rejects.toThrow('expected labelled outputs, received none')
})

test('the threshold decides what passes, and the judge sees what is known of an output', async () => {
  const seen: unknown[] = []
  const judge = (output: number, expected: unknown, { input }: { input?: unknown }): number => { seen.push([expected, input]); return output }
  const labelled = [{ output: 0.6, label: true, expected: 'e', input: 'i' }, { output: 0.4, label: false }]
  expect(await calibrate(judge, labelled, { threshold: 0.5, concurrency: 1 })).toMatchObject({ agreement: 1 })
  expect(seen).toEqual([['e', 'i'], [undefined, undefined]])
  expect(await calibrate(judge, labelled)).toMatchObject({ agreement: 0.5 })
  await expect(calibrate(judge, labelled, { threshold: 3 })).rejects.toMatchObject({ code: 'SCORER_OPTIONS' })
})
