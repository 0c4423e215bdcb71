/** What `show --graph` prints, and what it says when there is nothing to show. Stage: cli. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { op } from '../graph/operators.ts'
import { parameter } from '../graph/parameter.ts'
import { toTgj } from '../graph/tgj.ts'
import { buildRunReport, unmeasuredReport } from '../report/build.ts'
import { writeGraphs } from '../report/graph-file.ts'
import { storedGraphs } from '../report/sample-graphs.ts'
import type { CaseReport, RunReport, WorkflowReport } from '../report/run-report.ts'
import { showGraph, type GraphRequest } from './show-graph.ts'

const document = toTgj(op.multiply(parameter('price', 2), 3))
const caseReport = (id: string, title: string): CaseReport => ({
  id, title, split: 'learn', before: 0, after: 0, change: 'same', tags: [], feedbackBefore: [], feedback: [{ kind: 'assertion', message: `wrong <team>\nof ${id}`, soft: false }],
} as unknown as CaseReport)
const workflow = (name: string, verdict: WorkflowReport['verdict'] = 'fail'): WorkflowReport => ({
  ...unmeasuredReport({ name, file: 'a.eval.ts', root: '/', verdict: 'error', passed: false, reason: '' }), file: 'a.eval.ts', verdict,
  caseResults: verdict === 'error' ? [] : [caseReport('T-1', 'first'), caseReport('T-2', 'second'), caseReport('T-3', 'third')],
})
const reportOf = (...workflows: WorkflowReport[]): RunReport => buildRunReport({ startedAt: '2026-01-02T03:04:05.000Z', durationMs: 5, seed: '1', exitCode: 1, workflows })
const one = reportOf(workflow('routing'))

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'show-'))
  await writeGraphs(root, { name: 'routing', file: 'a.eval.ts' }, storedGraphs({ graphs: { 'T-2': document, 'T-1': document }, leftOut: { 'T-3': 'its graph has 2,001 nodes, and a run keeps graphs up to 2,000' } }))
})
afterEach(() => rm(root, { recursive: true, force: true }))
const show = (request: Partial<GraphRequest>, report = one): Promise<string> =>
  showGraph(report, { root, workflow: undefined, case: undefined, format: true, out: undefined, toTerminal: false, ...request })

test('the graph is drawn with the name of the case, what its assertions said, and the way of blame', async () => {
  expect((await show({ workflow: 'routing', case: 'T-1', format: 'mermaid' })).split('\n').slice(1, 6)).toEqual([
    '  head["routing #62; first<br/>wrong #60;team#62;<br/>of T#45;1"]', '  style head fill:none,stroke:none', '  n1["price<br/>= 2"]', '  n2("multiply (output)<br/>b#58; 3<br/>= 6")', '  n1 ==> n2',
  ])
  expect(await show({ case: 'first', format: 'dot' })).toContain('label="routing &gt; first\\nwrong &lt;team&gt;\\nof T-1"')
  expect(JSON.parse(await show({ case: 'T-1', format: 'tgj' }))).toEqual(JSON.parse(JSON.stringify(document)))
})

test('without a name it is the case with the lowest score, as SVG', async () => {
  expect(await show({})).toMatch(/^<svg xmlns=.*aria-label="routing &gt; second"/)
})

test('a file below the current folder is named from there', async () => {
  const out = join('.vitest', 'show-graph-test', 'a.dot')
  onTestFinished(() => rm(dirname(out), { recursive: true, force: true }))
  expect(await show({ out: resolve(out) })).toBe(`"T-2": ${out}\n`)
})

test('an SVG goes to a file when a person looks at the output, everything goes where --out says, in the format of its name', async () => {
  const svg = await show({})
  const own = join(root, '.vitest/trace-eval/graph.svg')
  expect(await show({ toTerminal: true })).toBe(`"T-2": ${own}\n`)
  expect(await readFile(own, 'utf8')).toBe(svg)
  for (const [name, format] of [['a.dot', 'dot'], ['a.GV', 'dot'], ['a.mmd', 'mermaid'], ['a.json', 'tgj'], ['a.svg', 'svg'], ['a', 'svg']] as const) {
    const out = join(root, 'pictures', name)
    expect(await show({ out })).toBe(`"T-2": ${out}\n`)
    expect(await readFile(out, 'utf8'), name).toBe(await show({ format }))
  }
})

test.each([
  ['another workflow', { workflow: 'rooting' }, one, 'SHOW_UNKNOWN', 'expected a workflow of the last run, received "rooting"\n  Did you mean "routing"?'],
  ['no name among several workflows', {}, reportOf(workflow('routing'), workflow('spam')), 'SHOW_UNKNOWN', 'expected a workflow of the last run, received no name\n  It had "routing", "spam".'],
  ['a run without workflows', {}, reportOf(), 'SHOW_UNKNOWN', 'expected a workflow of the last run, received no name\n  It had no workflow.'],
  ['another case', { case: 'T-9' }, one, 'SHOW_UNKNOWN', 'expected a case of the last run, received "T-9"\n  Did you mean "T-1"?'],
  ['a case whose graph was left out', { case: 'third' }, one, 'GRAPH_MISSING', 'expected the graph of case "T-3", received none: its graph has 2,001 nodes, and a run keeps graphs up to 2,000, at workflow "routing"\n  It has graphs of "T-2", "T-1".'],
  ['a workflow without failing cases', {}, reportOf(workflow('spam', 'pass')), 'GRAPH_MISSING', 'expected the graph of a failing case, received none: no case of this workflow failed in the last run, at workflow "spam"'],
  ['a workflow that was not measured', {}, reportOf(workflow('routing', 'error')), 'GRAPH_MISSING', 'expected a workflow that was measured, received one that was not, at workflow "routing"\n  Its problems are in `npx trace-eval show`.'],
  ['an unknown format', { format: 'png' }, one, 'FLAG_VALUE', 'expected one of svg, dot, mermaid, tgj, received "png", at --graph'],
] as const)('%s is told with what to do', async (_, request, report, code, message) => {
  await expect(show(request, report)).rejects.toThrow(expect.objectContaining({ code, message }))
})

test('a case without a graph is told why it may have none', async () => {
  await writeGraphs(root, { name: 'routing', file: 'a.eval.ts' }, storedGraphs({ graphs: { 'T-2': document }, leftOut: {} }))
  await expect(show({ case: 'T-1' })).rejects.toThrow('expected the graph of case "T-1", received none: beside the 20 cases with the lowest scores a run keeps small graphs, of 20,000 nodes together, at workflow "routing"\n  It has graphs of "T-2".')
})
