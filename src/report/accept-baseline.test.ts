/** Scores saved for later runs: whose, where, and when not. Stage: report. */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fingerprintOf, readBaselineFile } from '../store/baseline-file.ts'
import { acceptReport } from './accept.ts'
import { buildRunReport, unmeasuredReport } from './build.ts'
import type { CaseReport, GateReport, ParameterReport, WorkflowReport } from './run-report.ts'

const cases = { a: { score: 1, input: 'h' }, b: { score: 0.5 } }
const forBaseline = { file: 'shared/scores.json', passes: 'all', fingerprint: fingerprintOf(cases), cases }
const aCase = (id: string, after: number | null): CaseReport => ({ id, title: id, split: 'learn', tags: [], before: 0, after, change: 'same', feedback: [], feedbackBefore: [], durationMs: 1 })
const gate = (more: Partial<GateReport>): GateReport =>
  ({ what: 'score', metric: 'score', kind: 'max-regression', rule: 'not worse', verdict: 'pass', passed: true, reason: 'fine', value: 0, lower: 0, upper: 0, n: 2, confidence: 0.95, heldOut: true, ...more })
const noBaseline = gate({ against: 'baseline', verdict: 'error', passed: false, reason: 'no baseline yet' })
const changed: ParameterReport = { name: 'floor', kind: 'number', from: 0.5, to: 0.7, changed: true, optimized: true, blamedCases: 1 }

async function accept(more: Partial<WorkflowReport> = {}, name = 'routing') {
  const root = await mkdtemp(join(tmpdir(), 'accept-'))
  await mkdir(join(root, 'shared'))
  await writeFile(join(root, 'route.eval.ts'), '')
  const score = { score: 0.75, n: 2, passed: 1, lower: 0.2, upper: 0.9, heldOut: true }
  const workflow: WorkflowReport = {
    ...unmeasuredReport({ name, file: 'route.eval.ts', root, verdict: 'error', passed: false, reason: '' }),
    verdict: 'pass', passed: true, reason: 'held out 0.75', baseline: score, final: score, adopted: true, caseResults: [aCase('a', 1), aCase('b', 0.5)], gates: [gate({})], ...more,
  }
  const report = buildRunReport({ startedAt: '2026-01-02T03:04:05.000Z', durationMs: 5, seed: '42', exitCode: 0, workflows: [workflow] })
  return { root, result: await acceptReport(report, { root, baseline: true }) }
}

describe('scores', () => {
  test('stand in the file that the gate named, as the gate measured them', async () => {
    const { root, result } = await accept({ forBaseline })
    expect(result.baseline).toEqual({ accepted: [{ workflow: 'routing', file: 'shared/scores.json', cases: 2 }], refused: [] })
    expect((await readBaselineFile(join(root, 'shared/scores.json')))!.workflows).toEqual({ routing: { date: '2026-01-02T03:04:05.000Z', seed: '42', passes: 'all', fingerprint: forBaseline.fingerprint, checksum: expect.stringMatching(/^\w{16}$/) as string, cases } })
  })

  test('stand beside the eval file where no gate named one', async () => {
    const { root, result } = await accept()
    expect(result.baseline!.accepted[0]!.file).toBe('route.baseline.json')
    expect((await readBaselineFile(join(root, 'route.baseline.json')))!.workflows['routing']!.cases).toEqual({ a: { score: 1 }, b: { score: 0.5 } })
  })

  test('are saved together with the values that reached them, also when all that is missing is the baseline', async () => {
    const { root, result } = await accept({ forBaseline, parameters: [changed], verdict: 'error', passed: false, gates: [gate({}), noBaseline] })
    expect(result).toMatchObject({ refused: [], accepted: [{ workflow: 'routing' }], baseline: { accepted: [{ workflow: 'routing' }] } })
    expect(JSON.parse(await readFile(join(root, 'route.params.json'), 'utf8'))).toMatchObject({ workflows: { routing: { parameters: { floor: { value: 0.7 } } } } })
  })

  test('that fell behind an old baseline are a new one on purpose', async () => {
    const { result } = await accept({ forBaseline, verdict: 'fail', passed: false, gates: [gate({ against: 'baseline', verdict: 'fail', passed: false })] })
    expect(result.baseline!.accepted).toHaveLength(1)
  })
})

test.each<[string, Partial<WorkflowReport>, string]>([
  ['of a partial run', { verdict: 'partial' }, 'a filter left cases out; run without filters'],
  ['of cases that could not be measured', { caseResults: [aCase('a', null)], reason: 'no model' }, 'it could not be measured: no model'],
  ['of a run with too many of them', { verdict: 'error', passed: false, gates: [gate({ verdict: 'error', passed: false, reason: '3 of 4 without a score' })] }, 'it could not be measured: 3 of 4 without a score'],
  ['of a gate that failed', { verdict: 'fail', passed: false, gates: [gate({ verdict: 'fail', passed: false, reason: 'held out 0.10' })] }, 'its verdict is fail: held out 0.10'],
  ['of values that were refused', { parameters: [{ ...changed, unsavable: 'NaN' }] }, 'its scores are those of values that are not saved'],
])('scores %s are not saved', async (_, more, reason) => {
  expect((await accept({ forBaseline, ...more })).result.baseline).toEqual({ accepted: [], refused: [{ workflow: 'routing', reason }] })
})

test.each(['../elsewhere.json', '/tmp/x.json', 'route.eval.ts'])('a file like %s is never written', async (file) => {
  await expect(accept({ forBaseline: { ...forBaseline, file } })).rejects.toThrow(`expected a .json file inside the root of the run, received ${JSON.stringify(file)}`)
})
