/** The trade-offs of a run with several objectives. Stage: reporters. */
import { expect, it } from 'vitest'
import type { FrontReport, ParameterReport, WorkflowReport } from '../src/report/run-report.ts'
import { frontTable } from './front-rows.ts'
import { renderHtml } from './html/render-html.ts'
import { aGain, sampleRuns } from './sample-reports.ts'
import { renderWorkflow } from './terminal.ts'

const prompt = 'Answer in one line. '.repeat(200)
const changed = (to: unknown, parameter = 'prompt'): FrontReport['changes'] => [{ parameter, from: 'old', to }]
const front: readonly FrontReport[] = [
  { score: 0.92, costs: { promptLength: 4, latency: 1.25 }, changes: changed(prompt.slice(0, 2000)) },
  { score: 0.8, costs: { promptLength: 0.35, latency: 1.2 }, changes: changed('Be \u001b[2Jbrief.', 'the\nprompt') },
  { score: 0.5, costs: { promptLength: 0.003, latency: 0.9 }, changes: [] },
]
const final: ParameterReport = { name: 'prompt', kind: 'text', from: 'old', to: prompt, changed: true, optimized: true, blamedCases: 2 }
const report: WorkflowReport = { ...aGain, parameters: [final], front }

it('shows score and costs in their units, what is other than at the start, and which values were chosen', () => {
  expect(frontTable(report)).toEqual({
    head: ['score', 'characters', 'a case takes', 'other than at the start'], hidden: 0,
    rows: [['0.92', '4,000', '1.25 s', 'prompt, chosen'], ['0.80', '350', '1.20 s', 'the prompt'], ['0.50', '3', '0.900 s', 'the starting values']],
  })
  expect(frontTable({ ...report, parameters: [] })!.rows.map((row) => row.at(-1))).toEqual(['prompt', 'the prompt', 'the starting values, chosen'])
})

it('money is shown in dollars, and what won and was not adopted as chosen', () => {
  const own = [{ score: 0.9, costs: { cost: 0.4 }, changes: changed(2) }, { score: 0.8, costs: { cost: 120 }, changes: changed(1) }]
  const rejected = { heldOutScore: 0.4, heldOutStart: 0.5, changes: changed(1) }
  expect(frontTable({ ...report, front: own, rejected })!.rows).toEqual([['0.90', '$0.0040', 'prompt'], ['0.80', '$1.20', 'prompt, chosen']])
})

it('stands in the terminal and on the page, and nowhere where one thing counts', async () => {
  expect(renderWorkflow(report)).toContain([
    '   trade-offs on cases to learn from: no other candidate beats these in the',
    '   score and in every cost',
    '   score   characters   a case takes   other than at the start',
    '    0.92        4,000         1.25 s   prompt, chosen',
    '    0.80          350         1.20 s   the prompt',
    '    0.50            3        0.900 s   the starting values',
  ].join('\n'))
  const pageOf = (one: WorkflowReport): Promise<string> => renderHtml({ ...Object.values(sampleRuns)[0]!, workflows: [one] })
  expect(await pageOf(report)).toContain('<td class="number">4,000</td><td class="number">1.25 s</td><td class="">prompt, chosen</td>')
  const { front: _, ...single } = report
  for (const one of [single, { ...report, front: front.slice(0, 1) }]) expect([renderWorkflow(one), await pageOf(one)].filter((text) => /trade-offs/i.test(text))).toEqual([])
})

it('of many candidates the first are shown, and the rest is counted', () => {
  const many = Array.from({ length: 11 }, (_, index) => ({ score: 1 - index / 20, costs: { promptLength: 5 - index / 10 }, changes: [] }))
  expect(frontTable({ ...report, front: many })).toMatchObject({ hidden: 3, rows: { length: 8 } })
  expect(renderWorkflow({ ...report, front: many })).toContain('… and 3 more in report.json')
})
