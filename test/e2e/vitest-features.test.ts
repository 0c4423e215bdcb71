/** What people use of Vitest goes on working: filters, shards, retries, coverage, reporters, projects, pools, watch. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { vitestLines, type VitestLine } from './installation.ts'
import { pluginConfig, project, thresholdRows, thresholdWorkflow, type Project } from './project.ts'

const lines = Object.keys(vitestLines) as VitestLine[]
const imports = `
import { appendFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { describeWorkflow } from 'trace-eval/vitest'
import { triage } from './triage.ts'
const note = (text: string) => appendFileSync(new URL('./calls.log', import.meta.url), text + '\\n')
${thresholdRows}
`
const simple = (name: string, options: string, cases = `it.for(rows)('$id', async ({ id, input, expected }, { run }) => { note(id); expect(await run(input)).toBe(expected) })`): string =>
  `${imports}\ndescribeWorkflow('${name}', { workflow: triage, ${options} }, (it) => { ${cases} })\n`
const files = (options: string, cases?: string): Record<string, string> => ({ 'triage.ts': thresholdWorkflow, 'triage.eval.ts': simple('triage', options, cases), 'calls.log': '' })
const calls = (app: Project): string[] => app.read('calls.log').split('\n').filter((line) => line !== '')

describe.each(lines)('on Vitest %s', (line) => {
  test('-t, .only and a line filter make the run partial: it measures, and neither optimizes nor gates', async () => {
    const app = project(line, files('threshold: 0.9'))
    const filtered = await app.traceEval('-t', "c1'?$")
    expect(filtered.code, filtered.all).toBe(0)
    expect(app.workflow()).toMatchObject({ verdict: 'partial', cases: { total: 1 }, rounds: [], passed: true })
    expect(calls(app)).toEqual(['c1'])
    app.write({ 'triage.eval.ts': simple('triage', 'threshold: 0.9', `
      it.only('alone', async ({ run }) => { expect(await run(0.95)).toBe('urgent') })
      it('hidden', async ({ run }) => { note('hidden'); expect(await run(0)).toBe('normal') })`) })
    const only = await app.traceEval()
    expect(only.code, only.all).toBe(0)
    expect(app.workflow()).toMatchObject({ verdict: 'partial', cases: { total: 1 } })
    expect(calls(app)).toEqual(['c1'])
  })

  test('.skip and .todo leave cases out of the suite, and the rest is gated', async () => {
    const app = project(line, files('threshold: 0.5', `
      it('counts', async ({ run }) => { expect(await run(0.95)).toBe('urgent') })
      it.skip('skipped', async () => { note('skipped'); throw new Error('never') })
      it.todo('later')
      describe.skip('a skipped group', () => { it('inside', async () => { note('inside'); throw new Error('never') }) })`))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(0)
    expect(app.workflow()).toMatchObject({ verdict: 'inconclusive', passed: true, cases: { total: 1 } })
    expect(calls(app)).toEqual([])
  })

  test('shards run different files, and the merged blobs give one report', async () => {
    const app = project(line, { ...files('threshold: 0.5'), 'second.eval.ts': simple('second', 'threshold: 0.5'), 'vitest.config.ts': pluginConfig })
    for (const shard of ['1', '2']) {
      const result = await app.traceEval(`--shard=${shard}/2`, '--reporter=blob', `--outputFile=blobs/${shard}.json`, '--from-code')
      expect(result.code, result.all).toBe(0)
      expect(app.report().workflows).toHaveLength(1)
    }
    const merged = await app.traceEval('--merge-reports=blobs')
    expect(merged.code, merged.all).toBe(0)
    expect(app.report().workflows.map(({ name }) => name)).toEqual(['second', 'triage'])
    expect(merged.stdout).toContain('2 workflows: 2 passed')
    const junit = await app.traceEval('--merge-reports=blobs', '--reporter=junit', '--outputFile.junit=junit.xml')
    expect(junit.code, junit.all).toBe(0)
    expect(app.read('junit.xml').match(/<property name="trace-eval\.score"/g)!.length).toBe(app.read('junit.xml').match(/<testcase /g)!.length)
  })

  test('--retry, --repeats and --bail never run a recorded case again', async () => {
    const app = project(line, files('rounds: 0'))
    const retried = await app.traceEval('--retry=3')
    expect(retried.code).toBe(1)
    expect(calls(app)).toHaveLength(30)
    app.write({ 'calls.log': '' })
    const bailed = await app.traceEval('--bail=1')
    expect(bailed.code).toBe(1)
    expect(calls(app)).toHaveLength(30)
    expect(app.workflow()).toMatchObject({ verdict: 'fail' })
  })

  test('coverage counts what the rounds ran', async () => {
    const app = project(line, files('threshold: 0.5'))
    const result = await app.traceEval('--coverage.enabled', '--coverage.reporter=json-summary', '--coverage.include=triage.ts')
    expect(result.code, result.all).toBe(0)
    const summary = JSON.parse(app.read('coverage/coverage-summary.json')) as { total: { lines: { pct: number } } }
    expect(summary.total.lines.pct).toBe(100)
  })

  test('JUnit and the JSON reporter show one test per case, with scores in its meta', async () => {
    const app = project(line, files('threshold: 0.5'))
    const result = await app.traceEval('--reporter=junit', '--reporter=json', '--outputFile.junit=junit.xml', '--outputFile.json=out.json', '--no-optimize')
    expect(result.code, result.all).toBe(0)
    expect(app.read('junit.xml').match(/<testcase /g)).toHaveLength(30)
    const [, properties] = /<testcase [^>]*c20[^>]*>\s*<properties>([^]*?)<\/properties>/.exec(app.read('junit.xml'))!
    expect(Object.fromEntries(Array.from(properties!.matchAll(/name="trace-eval\.(\S+)" value="(.*?)"/g), ([, name, value]) => [name, value]))).toMatchObject({ 'workflow': 'triage', 'case': 'c20', 'split': expect.stringMatching(/^(?:learn|held-out)$/), 'baseline': '0', 'score': '0', 'change': 'same', 'verdict': expect.stringMatching(/^(?:pass|inconclusive)$/), 'workflow.threshold': '0.5' })
    const json = JSON.parse(app.read('out.json')) as { testResults: { assertionResults: { title: string; meta: { eval: object; traceEval: object } }[] }[] }
    const { meta } = json.testResults[0]!.assertionResults.find(({ title }) => title === 'c20')!
    expect(Object.keys(meta.eval).sort()).toEqual(['avgScore', 'output', 'scores', 'thresholdFailed'])
    expect(meta.eval).toMatchObject({ avgScore: 0, output: 'normal', thresholdFailed: true })
    expect(meta.traceEval).toMatchObject({ kind: 'case', workflow: 'triage', before: 0, after: 0 })
  })

  test('`expect.requireAssertions` of the config holds for cases: one without an assertion fails, by itself', async () => {
    const app = project(line, {
      'vitest.config.ts': `import { defineConfig } from 'vitest/config'\nexport default defineConfig({ test: { expect: { requireAssertions: true } } })`,
      'a.eval.ts': `
        import { expect } from 'vitest'
        import { describeWorkflow } from 'trace-eval/vitest'
        describeWorkflow('w', { workflow: (x: number) => x + 1, threshold: 0.5 }, (it) => {
          it('asserts', async ({ run }) => { expect(await run(1)).toBe(2) })
          it('only runs', async ({ run }) => { await run(1) })
        })`,
    })
    const result = await app.traceEval('--no-optimize')
    expect(result.code, result.all).toBe(0)
    const cases = app.workflow().caseResults.map(({ id, after, feedback }) => [id, after, feedback[0]?.message])
    expect(cases).toEqual([['asserts', 1, undefined], ['only runs', 0, 'expected at least one assertion in the case, received 0']])
  })

  test('projects, aliases and setup files of the config hold, and unit tests do not run', async () => {
    const app = project(line, {
      'vitest.config.ts': `
        import { defineConfig } from 'vitest/config'
        export default defineConfig({ test: { projects: [
          { extends: true, resolve: { alias: { '@lib': new URL('./lib', import.meta.url).pathname } }, test: { name: 'evals', include: ['evals/**/*.eval.ts'], setupFiles: ['./setup.ts'] } },
          { test: { name: 'unit', include: ['**/*.test.ts'] } },
        ] } })`,
      'setup.ts': `globalThis.prepared = 'yes'`,
      'lib/triage.ts': thresholdWorkflow,
      'unit.test.ts': `import { test } from 'vitest'\ntest('no', () => { throw new Error('unit tests must not run') })`,
      'evals/a.eval.ts': simple('a', 'threshold: 0.5').replace('./triage.ts', '@lib/triage.ts').replace('./calls.log', '../calls.log').replace('note(id)', `note(id + globalThis.prepared)`),
      'calls.log': '',
    })
    const result = await app.traceEval('--no-optimize')
    expect(result.code, result.all).toBe(0)
    expect(result.all).not.toContain('unit tests must not run')
    expect(calls(app)).toContain('c0yes')
    expect(calls(app)).toHaveLength(30)
  })

  test('projects with roots of their own: files are named from the root of the run, and accept finds them', async () => {
    const app = project(line, {
      'vitest.config.ts': `
        import { defineConfig } from 'vitest/config'
        import { traceEval } from 'trace-eval/config'
        const part = (name: string) => ({ extends: true, test: { name, root: './' + name, include: ['**/*.eval.ts'] } }) as const
        export default defineConfig({ plugins: [traceEval()], test: { projects: [part('desk'), part('shop')] } })`,
      ...Object.fromEntries(['desk', 'shop'].flatMap((name) => Object.entries(files('threshold: 0.5')).map(([file, text]) => [`${name}/${file}`, text]))),
    })
    const paths = ['desk/triage.eval.ts', 'shop/triage.eval.ts']
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(0)
    expect(app.report().workflows.map(({ file }) => file)).toEqual(paths)
    const accepted = await app.traceEval('accept')
    expect(accepted.code, accepted.all).toBe(0)
    expect(existsSync(app.path('desk/triage.params.json')) && existsSync(app.path('shop/triage.params.json'))).toBe(true)
    const plain = await app.vitest('run')
    expect(plain.code, plain.all).toBe(0)
    expect(app.report().workflows.map(({ file }) => file)).toEqual(paths)
  })

  test('several workflows in a file and several files each keep their own parameters and report', async () => {
    const app = project(line, {
      ...files('threshold: 0.5'),
      'double.eval.ts': `${imports}
        describeWorkflow('first', { workflow: triage, threshold: 0.5 }, (it) => { it.for(rows)('$id', async ({ input, expected }, { run }) => { expect(await run(input)).toBe(expected) }) })
        describe('outer', () => {
          describeWorkflow('inner', { workflow: (x: number) => triage(1 - x), gate: 'none' }, (it) => { it.for(rows)('$id', async ({ input, expected }, { run }) => { expect(await run(1 - input)).toBe(expected) }) })
        })`,
    })
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(0)
    expect(app.report().workflows.map(({ name, verdict }) => [name, verdict === 'ungated'])).toEqual([['first', false], ['inner', true], ['triage', false]])
    for (const workflow of app.report().workflows) expect(workflow.parameters.map(({ name, from }) => [name, from])).toEqual([['limit', 0.9]])
  })

  test.each(['forks', 'threads', 'vmThreads'])('pool %s', async (pool) => {
    const app = project(line, files('threshold: 0.7'))
    const result = await app.traceEval(`--pool=${pool}`)
    expect(result.code, result.all).toBe(0)
    expect(app.workflow()).toMatchObject({ adopted: true, stopReason: 'perfect' })
  })

  test('watch mode of Vitest measures again after an edit, with the new code', async () => {
    const app = project(line, { ...files('threshold: 0.9'), 'vitest.config.ts': pluginConfig })
    const watching = app.start('vitest', ['--watch'])
    await until(() => watching.output().includes('triage: fail: score 0.50'), watching.output)
    app.write({ 'triage.ts': thresholdWorkflow.replace('0.9', '0.4') })
    await until(() => existsSync(app.path('.vitest/trace-eval/report.json')) && readFileSync(app.path('.vitest/trace-eval/report.json'), 'utf8').includes('"passed": true'), watching.output)
    watching.kill('SIGKILL')
    await watching.finished
    expect(app.workflow()).toMatchObject({ passed: true, final: { score: 1 } })
  })
})

async function until(holds: () => boolean, output: () => string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (holds()) return
    await new Promise((resolve) => { setTimeout(resolve, 100) })
  }
  throw new Error(`it did not happen within a minute:\n${output()}`)
}
