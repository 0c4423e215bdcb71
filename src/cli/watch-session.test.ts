/** What a watch session remembers. Stage: cli. */
import { expect, test } from 'vitest'
import { aGain } from '../../reporters/sample-reports.ts'
import type { ParameterReport, WorkflowReport } from '../report/run-report.ts'
import { remember, startValues } from './watch-session.ts'

const limit = (from: unknown, to: unknown, more: Partial<ParameterReport> = {}): ParameterReport => ({ name: 'limit', kind: 'number', from, to, changed: from !== to, optimized: true, blamedCases: 0, ...more })
const run = (parameter: ParameterReport, more: Partial<WorkflowReport> = {}): { workflows: WorkflowReport[] } => ({ workflows: [{ ...aGain, name: 'w', file: 'a.eval.ts', parameters: [parameter], ...more }] })

test('values that a run found are where the next one starts', () => {
  expect(startValues(remember(new Map(), run(limit(0.9, 0.4))))).toEqual({ 'a.eval.ts w': { limit: 0.4 } })
})

test('a run that only measures them keeps them, changed since the first', () => {
  const session = remember(remember(new Map(), run(limit(0.9, 0.4))), run(limit(0.4, 0.4)))
  expect(session.get('a.eval.ts w')!.parameters[0]).toMatchObject({ from: 0.9, to: 0.4, changed: true })
  expect(remember(session, run(limit(0.4, 0.3))).get('a.eval.ts w')!.parameters[0]).toMatchObject({ from: 0.9, to: 0.3, changed: true })
})

test('values that are back where they began, and those that were saved, are nothing to remember', () => {
  const session = remember(new Map(), run(limit(0.9, 0.4)))
  expect(remember(session, run(limit(0.4, 0.9)))).toEqual(new Map())
  expect(remember(new Map(), run(limit(0.4, 0.4)))).toEqual(new Map())
})

test('a workflow that the values fit no more starts anew; one that was not looked at, or in part, stays', () => {
  const session = remember(new Map(), run(limit(0.9, 0.4)))
  expect(remember(session, run(limit(0.9, 0.4), { verdict: 'error' }))).toEqual(new Map())
  expect(remember(session, { workflows: [] })).toEqual(session)
  expect(remember(session, run(limit(0.4, 0.4), { verdict: 'partial' }))).toEqual(session)
})

test('what JSON cannot hold is no start value', () => {
  expect(startValues(remember(new Map(), run(limit(0.9, { $value: 'NaN' }, { changed: true, unsavable: 'NaN' }))))).toEqual({ 'a.eval.ts w': {} })
})
