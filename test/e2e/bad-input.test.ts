/** Bad input gives a clear error that names the place and the fix, and nothing is lost. */
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { vitestLines, type VitestLine } from './installation.ts'
import { project, thresholdRows, thresholdWorkflow, type Project } from './project.ts'

const lines = Object.keys(vitestLines) as VitestLine[]
const head = `
import { expect } from 'vitest'
import { bundle, parameter } from 'trace-eval'
import { describeWorkflow } from 'trace-eval/vitest'
import { triage } from './triage.ts'
${thresholdRows}
`
const evals = (body: string): Record<string, string> => ({ 'triage.ts': thresholdWorkflow, 'bad.eval.ts': `${head}\n${body}` })
const workflow = (options: string, cases = `it('a', async ({ run }) => { expect(await run(1)).toBe('urgent') })`, name = 'w'): string =>
  `describeWorkflow('${name}', { workflow: triage, ${options} }, (it) => { ${cases} })`

const problemsOf = (app: Project): string => [...app.report().problems, ...app.report().workflows.flatMap(({ problems }) => problems)].map(({ code, message }) => `${code}: ${message}`).join('\n')

describe.each(lines)('on Vitest %s', (line) => {
  test('options out of range stop their workflow only; the others are measured', async () => {
    const app = project(line, evals(`
      ${workflow('threshold: 1.5', undefined, 'threshold')}
      ${workflow('rounds: -1', undefined, 'rounds')}
      ${workflow('concurrency: 0', undefined, 'concurrency')}
      ${workflow(`optimizer: 'serch'`, undefined, 'optimizer')}
      ${workflow('threshold: 0.5', '', 'no cases')}
      ${workflow('threshold: 0.5', `it('same', async ({ run }) => { await run(1) }); it('same', async ({ run }) => { await run(0) })`, 'same titles')}
      ${workflow('threshold: 0.5', undefined, 'good')}`))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    const found = Object.fromEntries(app.report().workflows.map(({ name, verdict, problems }) => [name, [verdict, problems[0]?.code]]))
    expect(found).toEqual({
      threshold: ['error', 'GATE_OPTIONS'], rounds: ['error', 'WORKFLOW_OPTIONS'], concurrency: ['error', 'WORKFLOW_OPTIONS'], optimizer: ['error', 'OPTIMIZER_UNKNOWN'],
      'no cases': ['error', 'NO_CASES'], 'same titles': ['error', 'CASE_DUPLICATE'], good: ['inconclusive', undefined],
    })
    const text = problemsOf(app)
    expect(text).toContain('expected a threshold between 0 and 1, received 1.5')
    expect(text).toContain('search')
    expect(text).toContain(`it.for(rows)('$id'`)
    for (const { location } of app.report().workflows) expect(location).toMatchObject({ file: 'bad.eval.ts', line: expect.any(Number) as number })
  })

  test('a workflow that is skipped, or whose cases all are, is named; one that a filter leaves out is not', async () => {
    const app = project(line, evals(`
      describeWorkflow.skip('later', { workflow: triage }, (it) => { it('a', async ({ run }) => { await run(1) }) })
      ${workflow('threshold: 0.5', `it.todo('a'); it.skip('b', () => {})`, 'all left out')}
      ${workflow('threshold: 0.5', undefined, 'good')}`))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(0)
    expect(problemsOf(app)).toBe('WORKFLOW_SKIPPED: later is skipped: describeWorkflow.skip\nWORKFLOW_SKIPPED: all left out is skipped: every case is skipped or still to do')
    expect(result.stdout).toContain('later is skipped: describeWorkflow.skip')
    app.write({ 'bad.eval.ts': `${head}${workflow('threshold: 0.5', undefined, 'good')}` })
    await app.traceEval('-t', 'nothing has this name')
    expect(problemsOf(app)).toBe('')
  })

  test('parts of the test function that cases do not have say what to write', async () => {
    const app = project(line, evals(workflow('threshold: 0.5', `(it as any).each([1])('a', () => {})`)))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    expect(result.all).toContain('expected it, it.for, it.only, it.skip or it.todo, received it.each')
    expect(result.all).toContain('Write it.for(rows)(title, (row, { run }) => …): the row comes as one argument.')
  })

  test('what stands behind the function of a case, and options that cases do not have, are refused: neither is a silent pass', async () => {
    const rows = `it.for(rows)('$id', () => ({ tags: ['a'] }), async ({ input }, { run }) => { expect(await run(input)).toBe('never') })`
    const file = (cases: string): string => `${head}${workflow('threshold: 0.5', cases)}`
    const app = project(line, {
      'triage.ts': thresholdWorkflow, 'options.eval.ts': file(rows), 'time.eval.ts': file(`it('a', async ({ run }) => { await run(1) }, 5000)`),
      'slip.eval.ts': file(`it('a', { tag: 'x' }, async ({ run }) => { await run(1) })`),
    })
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    expect(app.report().workflows.filter(({ passed }) => passed)).toEqual([])
    const text = problemsOf(app)
    expect(text).toContain('expected nothing behind the function of the case, received function (anonymous), at case "$id"')
    expect(result.all).toContain('Options come before it: it.for(rows, (row) => ({ tags: row.tags }))(title, async (row, { run }) => { … }).')
    expect(text).toContain('expected nothing behind the function of the case, received 5000, at case "a"')
    expect(text).toContain('expected an option of a case, received "tag", at case "a" of "w" (slip.eval.ts:')
    expect(result.all).toContain('Did you mean `tags`?')
  })

  test('a case that is added while cases run is refused: it would never run', async () => {
    const app = project(line, evals(workflow('threshold: 0.5', `it('a', async ({ run }) => { await run(1); it('more', () => {}) })`)))
    const result = await app.traceEval('--no-optimize')
    expect(result.code, result.all).toBe(1)
    expect(app.workflow().caseResults[0]!.feedback[0]!.message).toMatch(/^expected cases to be added before any of them runs, received one more, at case "more" of "w" \(bad\.eval\.ts:\d+:\d+\)\n {2}Call `it` in the function that describeWorkflow was given, or in a describe inside it\.$/)
  })

  test('an error that nobody caught fails the run, as in Vitest: a promise or a timer that a workflow left behind', async () => {
    for (const left of [`void Promise.reject(new Error('left behind'))`, `setTimeout(() => { throw new Error('left behind') })`]) {
      const app = project(line, evals(workflow('threshold: 0.5', `it('a', async ({ run }) => { ${left}; await new Promise((done) => setTimeout(done, 50)); await run(1) })`)))
      const result = await app.traceEval('--no-optimize')
      expect(result.code, result.all).toBe(4)
      expect(problemsOf(app)).toContain('UNHANDLED_ERROR: an error that nobody caught: left behind. Await what the workflow starts, or catch its rejections.')
    }
  })

  test('a flag of the command with a bad value, and a flag nobody knows, exit 2 with the fix', async () => {
    const app = project(line, evals(workflow('threshold: 0.5')))
    const value = await app.traceEval('--rounds', '-1')
    expect(value.code).toBe(2)
    expect(value.stderr).toContain('--rounds')
    const unknown = await app.traceEval('--max-evaluatons=3')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('--max-evaluations')
  })

  test('an eval file that fails to import, and one without a workflow, exit 4 and name the file', async () => {
    const app = project(line, { ...evals(workflow('threshold: 0.5')), 'broken.eval.ts': `import './nowhere.ts'\n`, 'empty.eval.ts': `import { test } from 'vitest'\ntest('plain', () => {})\n` })
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    expect(result.all).toContain('nowhere')
    expect(problemsOf(app)).toContain('EVAL_FILE: broken.eval.ts could not be loaded')
    expect(problemsOf(app)).toContain('EVAL_FILE_EMPTY: empty.eval.ts has no workflow that ran')
    expect(app.workflow('w')).toMatchObject({ passed: true })
  })

  test('no eval file at all exits 2', async () => {
    const app = project(line, {})
    const result = await app.traceEval()
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('trace-eval init')
  })

  test('two workflows of one name in a file are refused with both places', async () => {
    const app = project(line, evals(`${workflow('threshold: 0.5')}\n${workflow('threshold: 0.5')}`))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    expect(result.all).toContain('expected one workflow with the name "w" in a file, received two')
  })

  test('a workflow that never settles, throws a non-error, returns a cycle or changes its input becomes feedback, and the run goes on', async () => {
    const app = project(line, evals(`
      const hangs = (kind: string) => {
        if (kind === 'hangs') return new Promise<string>(() => {})
        if (kind === 'throws') throw null
        if (kind === 'cycle') { const cycle: { self?: unknown } = {}; cycle.self = cycle; return cycle }
        return 'fine'
      }
      describeWorkflow('w', { workflow: hangs as (kind: string) => unknown, threshold: 0.3, rounds: 0, timeout: 200 }, (it) => {
        it('hangs', async ({ run }) => { await run('hangs') })
        it('throws', async ({ run }) => { await run('throws') })
        it('cycle', async ({ run }) => { expect(await run('cycle')).toEqual('no cycle') })
        it('fine', async ({ run }) => { expect(await run('fine')).toBe('fine') })
        it('also fine', async ({ run }) => { expect(await run('fine')).toBe('fine') })
      })
      describeWorkflow('changes', { workflow: (row: { list: number[] }) => { row.list.push(1); return row.list.length }, rounds: 0, trials: 3 }, (it) => {
        it.for([{ id: 'x', input: { list: [] } }])('$id', async ({ input }, { run }) => { expect(await run(input as { list: number[] })).toBe(1) })
      })`))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(0)
    const byId = new Map(app.workflow('w').caseResults.map((found) => [found.id, found]))
    expect(byId.get('hangs')).toMatchObject({ after: 0, feedback: [{ kind: 'timeout', message: expect.stringContaining('200 ms') }] })
    expect(byId.get('throws')).toMatchObject({ after: 0, feedback: [{ kind: 'error', message: expect.stringContaining('null') }] })
    expect(byId.get('cycle')).toMatchObject({ after: 0, feedback: [{ kind: 'assertion', matcher: 'toEqual' }] })
    expect(byId.get('fine')).toMatchObject({ after: 1 })
    expect(app.workflow('changes')).toMatchObject({ verdict: 'pass', problems: [{ code: 'CASE_INPUT_CHANGED', level: 'warning' }] })
  })

  test('two parameters of one name in a workflow, and an impossible range, are refused with the place', async () => {
    const app = project(line, evals(`
      const one = parameter('limit', 1), two = parameter('limit', 2)
      const sum = bundle(function sum(a: number, b: number) { return a + b })
      describeWorkflow('clash', { workflow: () => sum(one, two), threshold: 0.5 }, (it) => { it('a', async ({ run }) => { expect(await run()).toBe(4) }) })`))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    expect(problemsOf(app)).toContain('PARAMETER_CLASH')
    expect(problemsOf(app)).toContain('bad.eval.ts:')
    const range = project(line, { ...evals(workflow('threshold: 0.5')), 'triage.ts': thresholdWorkflow.replace('range: [0, 1]', 'range: [1, 0]') })
    const refused = await range.traceEval()
    expect(refused.code).toBe(4)
    expect(refused.all).toContain('low ≤ high')
    expect(refused.all).toContain('triage.ts:')
  })

  test('a broken params file, and a saved value that no longer fits, stop the run and stay as they are', async () => {
    const app = project(line, { ...evals(workflow('threshold: 0.5')), 'bad.params.json': '{ "schemaVersion": 1, oops' })
    const broken = await app.traceEval()
    expect(broken.code, broken.all).toBe(4)
    expect(problemsOf(app)).toContain('bad.params.json')
    expect(app.read('bad.params.json')).toBe('{ "schemaVersion": 1, oops')
    const outside = JSON.stringify({ schemaVersion: 1, workflows: { w: { parameters: { limit: { kind: 'number', value: 7 } } } } })
    app.write({ 'bad.params.json': outside })
    const unfit = await app.traceEval()
    expect(unfit.code, unfit.all).toBe(4)
    expect(problemsOf(app)).toContain('expected a number from 0 to 1, received 7')
    expect(app.read('bad.params.json')).toBe(outside)
  })

  test('a score that is none makes the run unmeasured, not failed', async () => {
    const app = project(line, evals(workflow('threshold: 0.5, rounds: 0', `it('a', async ({ run, feedback }) => { await run(1); feedback(NaN) })`)))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    expect(app.workflow()).toMatchObject({ verdict: 'error', caseResults: [{ after: null }] })
  })

  test('text of models and cases cannot drive a terminal', async () => {
    const evil = String.raw`\u001b[31mred\u001b]0;title\u0007\u202egnp`
    const app = project(line, evals(`
      describeWorkflow('w', { workflow: (x: string) => x, threshold: 0.5, rounds: 0 }, (it) => {
        it('case ${evil}', async ({ run, expect }) => { expect(await run('${evil}')).toBe('x') })
      })`))
    const { all } = await app.traceEval()
    // oxlint-disable-next-line no-control-regex
    expect(all.replaceAll(/\n/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
    expect(all).toContain(String.raw`\x1b[31mred`)
  })

  test('Ctrl-C once finishes cleanly, keeps the best values and exits 130; twice quits at once', async () => {
    const slow = `
      const slow = async (score: number) => { await new Promise((resolve) => setTimeout(resolve, 40)); return triage(score) }
      describeWorkflow('w', { workflow: slow, threshold: 0.99, maxEvaluations: 100000, rounds: 1000, patience: 1000 }, (it) => {
        it.for(rows.map((row) => ({ ...row, expected: Number(row.id.slice(1)) % 5 === 0 ? 'never' : row.expected })))('$id', async ({ input, expected }, { run }) => { expect(await run(input)).toBe(expected) })
      })`
    const app = project(line, evals(slow))
    const once = app.start('trace-eval', [])
    await waitFor(() => /round 2/.test(once.output()), once.output)
    once.kill('SIGINT')
    const stopped = await once.finished
    expect(stopped.code, stopped.all).toBe(130)
    expect(stopped.stderr).toContain('press Ctrl-C again')
    expect(app.report()).toMatchObject({ exitCode: 130 })
    expect(app.workflow()).toMatchObject({ stopReason: 'interrupted' })
    expect(app.workflow().rounds.length).toBeGreaterThan(0)

    const twice = app.start('trace-eval', [])
    await waitFor(() => /round 1/.test(twice.output()), twice.output)
    twice.kill('SIGINT')
    twice.kill('SIGINT')
    await new Promise((resolve) => { setTimeout(resolve, 20) })
    twice.kill('SIGINT')
    expect((await twice.finished).code).toBe(130)
    expect(existsSync(app.path('.vitest/trace-eval/report.json'))).toBe(true)
  })
})

async function waitFor(holds: () => boolean, output: () => string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 50) {
    if (holds()) return
    await new Promise((resolve) => { setTimeout(resolve, 50) })
  }
  throw new Error(`it did not happen within a minute:\n${output()}`)
}
