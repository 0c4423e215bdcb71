/** What `accept` saves, what it refuses, and that nothing is lost. Stage: report. */
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadParameters, type SavedParameters } from '../graph/load-parameters.ts'
import { parameter } from '../graph/parameter.ts'
import { acceptReport } from './accept.ts'
import { buildRunReport, unmeasuredReport } from './build.ts'
import type { ParameterReport, RunReport, WorkflowReport } from './run-report.ts'

let root: string
beforeEach(async () => {
  root = join(await mkdtemp(join(tmpdir(), 'accept-')), 'project')
  await mkdir(join(root, 'evals'), { recursive: true })
  for (const file of ['route', 'other']) await writeFile(join(root, `evals/${file}.eval.ts`), '')
})
afterEach(() => rm(join(root, '..'), { recursive: true, force: true }))

function aParameter(name: string, from: unknown, to: unknown, more: Partial<ParameterReport> = {}): ParameterReport {
  return { name, kind: 'number', from, to, changed: from !== to, optimized: true, blamedCases: 1, location: { file: `src/${name}.ts`, line: 3, column: 1 }, ...more }
}
function aWorkflow(name: string, parameters: readonly ParameterReport[], more: Partial<WorkflowReport> = {}): WorkflowReport {
  const score = { score: 0.92, n: 24, passed: 22, lower: 0.76, upper: 0.98, heldOut: true }
  return {
    ...unmeasuredReport({ name, file: 'evals/route.eval.ts', root, verdict: 'error', passed: false, reason: '' }),
    verdict: 'pass', passed: true, reason: 'held out 0.92', baseline: { ...score, score: 0.61 }, final: score, adopted: true, parameters, ...more,
  }
}
function aReport(...workflows: readonly WorkflowReport[]): RunReport {
  return buildRunReport({ startedAt: '2026-01-02T03:04:05.000Z', durationMs: 5, seed: '42', exitCode: 0, workflows })
}
const saved = async (file = 'route'): Promise<SavedParameters> => JSON.parse(await readFile(join(root, `evals/${file}.params.json`), 'utf8')) as SavedParameters
const isThere = (file: string): Promise<boolean> => access(join(root, file)).then(() => true, () => false)

describe('saving', () => {
  it('changed values and the verdict that earned them stand beside the eval file', async () => {
    const result = await acceptReport(aReport(aWorkflow('routing', [aParameter('floor', 0.5, 0.72), aParameter('tone', 'cold', 'cold', { kind: 'text' })])), { root })
    expect(result).toEqual({ refused: [], accepted: [{ workflow: 'routing', file: 'evals/route.eval.ts', paramsFile: 'evals/route.params.json', parameters: [{ name: 'floor', from: 0.5, to: 0.72 }], unreached: [] }] })
    expect(await saved()).toEqual({ schemaVersion: 1, workflows: { routing: {
      parameters: { floor: { kind: 'number', value: 0.72 } },
      verdict: { verdict: 'pass', score: 0.92, baseline: 0.61, n: 24, heldOut: true, date: '2026-01-02T03:04:05.000Z', seed: '42' },
    } } })
  })

  it('a value with a secret in it is not saved as a report shows it', async () => {
    const secret = aParameter('prompt', 'a', 'use [redacted key]', { kind: 'text', unsavable: 'what looks like a key or a password' })
    expect((await acceptReport(aReport(aWorkflow('routing', [secret])), { root })).refused).toMatchObject([{
      code: 'unsavable', reason: 'parameter "prompt" has what looks like a key or a password in its value, which no report holds; take it out of the values that may be chosen, or read it from the environment',
    }])
    expect(await isThere('evals/route.params.json')).toBe(false)
  })

  it('the seed that is saved is the one the workflow ran with', async () => {
    const workflow = aWorkflow('routing', [aParameter('floor', 0.5, 0.72)])
    await acceptReport(aReport({ ...workflow, plan: { ...workflow.plan, seed: 'its own' } }), { root })
    expect((JSON.parse(await readFile(join(root, 'evals/route.params.json'), 'utf8')) as { workflows: Record<string, unknown> }).workflows['routing']).toMatchObject({ verdict: { seed: 'its own' } })
  })

  it('production loads what was accepted', async () => {
    await acceptReport(aReport(aWorkflow('routing', [aParameter('floor', 0.5, 0.72)])), { root })
    const floor = parameter('floor', 0.5, { range: [0, 1] })
    expect(loadParameters(await saved(), [floor])).toEqual({ applied: ['floor'], missing: [], unknown: [] })
    expect(floor.value).toBe(0.72)
  })

  it('values saved before stay: untouched where the run did not reach them, as the run left them where it did', async () => {
    await acceptReport(aReport(aWorkflow('routing', [aParameter('floor', 0.5, 0.72), aParameter('old', 1, 2), aParameter('top', 1, 3)])), { root })
    const result = await acceptReport(aReport(aWorkflow('routing', [aParameter('floor', 0.72, 0.8), aParameter('top', 3, 3), aParameter('fresh', 1, 1)])), { root })
    expect(result.accepted[0]!.unreached).toEqual(['old'])
    expect((await saved()).workflows['routing']!.parameters).toEqual({ floor: { kind: 'number', value: 0.8 }, old: { kind: 'number', value: 2 }, top: { kind: 'number', value: 3 } })
  })

  it('several workflows of a file share its params file, and other files have their own', async () => {
    const result = await acceptReport(aReport(aWorkflow('a', [aParameter('x', 1, 2)]), aWorkflow('__proto__', [aParameter('y', 1, 2)]), aWorkflow('c', [aParameter('z', 1, 2)], { file: 'evals/other.eval.ts' })), { root })
    expect(result.accepted.map(({ workflow, paramsFile }) => [workflow, paramsFile]).sort()).toEqual([['__proto__', 'evals/route.params.json'], ['a', 'evals/route.params.json'], ['c', 'evals/other.params.json']])
    expect(Object.keys((await saved()).workflows).sort()).toEqual(['__proto__', 'a'])
  })

  it('only the workflows that were named are saved', async () => {
    const report = aReport(aWorkflow('a', [aParameter('x', 1, 2)]), aWorkflow('b', [aParameter('y', 1, 2)]))
    expect((await acceptReport(report, { root, workflows: ['b'] })).accepted.map(({ workflow }) => workflow)).toEqual(['b'])
    expect(Object.keys((await saved()).workflows)).toEqual(['b'])
  })
})

describe('refusing', () => {
  const rejected = { heldOutScore: 0.5, heldOutStart: 0.6, changes: [] }
  it.each([
    ['unchanged', {}, [aParameter('x', 1, 1)], 'its final values are those it started with'],
    ['not-adopted', { rejected }, [aParameter('x', 1, 1)], 'the values that won the rounds were not better on held-out cases; more cases or more rounds may find better ones'],
    ['not-measured', { verdict: 'error', passed: false, reason: 'no model' }, [aParameter('x', 1, 2)], 'it could not be measured: no model'],
    ['not-passed', { verdict: 'fail', passed: false, reason: 'held out 0.5, threshold 0.9' }, [aParameter('x', 1, 2)], 'its verdict is fail: held out 0.5, threshold 0.9; `--force` saves it all the same'],
    ['unsavable', {}, [aParameter('x', 1, { $value: 'NaN' }, { unsavable: 'NaN' })], 'parameter "x" has NaN in its value, which JSON cannot hold; use texts, numbers, booleans, lists and plain objects'],
    ['file-gone', { file: 'evals/gone.eval.ts' }, [aParameter('x', 1, 2)], 'its eval file is no longer there; run `npx trace-eval` again'],
    ['file-gone', { file: '../outside.eval.ts' }, [aParameter('x', 1, 2)], 'its eval file is no longer there; run `npx trace-eval` again'],
  ] as const)('%s: nothing is written', async (code, more, parameters, reason) => {
    const report = aReport(aWorkflow('w', parameters, more))
    await writeFile(join(root, '../outside.eval.ts'), '')
    const result = await acceptReport(report, { root })
    expect(result).toEqual({ accepted: [], refused: [{ workflow: 'w', file: report.workflows[0]!.file, code, reason }] })
    expect(await isThere('evals/route.params.json')).toBe(false)
    expect(await isThere('../outside.params.json')).toBe(false)
  })

  it('--force saves what did not pass, and nothing else that is refused', async () => {
    const force = { root, force: true }
    const failed = { verdict: 'fail', passed: false } as const
    expect((await acceptReport(aReport(aWorkflow('w', [aParameter('x', 1, 2)], failed)), force)).accepted).toHaveLength(1)
    expect((await acceptReport(aReport(aWorkflow('w', [aParameter('x', 1, 1)], failed)), force)).refused.map(({ code }) => code)).toEqual(['unchanged'])
  })

  it('of an interrupted run the best values so far are saved by --force only', async () => {
    const interrupted = aReport(aWorkflow('w', [aParameter('x', 1, 2)], { verdict: 'error', passed: false, reason: 'interrupted', stopReason: 'interrupted' }))
    expect((await acceptReport(interrupted, { root })).refused.map(({ reason }) => reason)).toEqual(['it could not be measured: interrupted; `--force` saves the best values so far'])
    expect((await acceptReport(interrupted, { root, force: true })).accepted.map(({ parameters }) => parameters)).toEqual([[{ name: 'x', from: 1, to: 2 }]])
  })

  it('a name that is not in the report is an error with the nearest one', async () => {
    await expect(acceptReport(aReport(aWorkflow('routing', [])), { root, workflows: ['routnig'] })).rejects.toThrow('expected a workflow of the last run, received "routnig"\n  Did you mean "routing"?')
    await expect(acceptReport(aReport(aWorkflow('routing', []), aWorkflow('spam', [])), { root, workflows: ['zzzzzz'] })).rejects.toThrow('expected a workflow of the last run, received "zzzzzz"\n  It had "routing", "spam".')
  })
})

describe('two workflows', () => {
  const shared = (to: number) => aParameter('floor', 0.5, to)
  const conflict = () => aReport(aWorkflow('a', [shared(0.7)]), aWorkflow('b', [shared(0.8)], { file: 'evals/other.eval.ts' }))

  it('that want different values for one parameter are refused before anything is written', async () => {
    await expect(acceptReport(conflict(), { root, force: true })).rejects.toThrow(
      'expected one value for parameter "floor", received 0.8 from workflow "b" and 0.7 from workflow "a", at src/floor.ts:3:1\n  Accept one of them by name, or give each workflow a parameter of its own.')
    expect(await isThere('evals/route.params.json')).toBe(false)
    expect(await isThere('evals/other.params.json')).toBe(false)
  })

  it('of which one is accepted by name are fine, until the other follows', async () => {
    await acceptReport(conflict(), { root, workflows: ['a'] })
    await expect(acceptReport(conflict(), { root, workflows: ['b'] })).rejects.toMatchObject({ code: 'ACCEPT_CONFLICT' })
    expect(await isThere('evals/other.params.json')).toBe(false)
  })

  it('that agree, or whose parameters only share a name, are saved', async () => {
    const elsewhere = aParameter('floor', 0.5, 0.9, { location: { file: 'src/elsewhere.ts', line: 1, column: 1 } })
    const report = aReport(aWorkflow('a', [shared(0.7)]), aWorkflow('b', [shared(0.7)], { file: 'evals/other.eval.ts' }), aWorkflow('c', [elsewhere], { file: 'evals/other.eval.ts' }))
    expect((await acceptReport(report, { root })).accepted).toHaveLength(3)
  })
})

it('a broken params file stops accepting and stays', async () => {
  await writeFile(join(root, 'evals/route.params.json'), '<<<<<<< mine\n')
  await expect(acceptReport(aReport(aWorkflow('a', [aParameter('x', 1, 2)])), { root })).rejects.toMatchObject({ code: 'PARAMS_FILE_CONFLICT' })
  expect(await readFile(join(root, 'evals/route.params.json'), 'utf8')).toBe('<<<<<<< mine\n')
})
