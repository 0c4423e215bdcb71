/** The main job, as a user does it: run, read the report, accept, run production, gate in CI. */
import { existsSync, readFileSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, test } from 'vitest'
import { vitestLines, type VitestLine } from './installation.ts'
import { pluginConfig, project, thresholdRows, thresholdWorkflow } from './project.ts'

const lines = Object.keys(vitestLines) as VitestLine[]
const evalFile = (options: string): string => `
import { expect } from 'vitest'
import { describeWorkflow } from 'trace-eval/vitest'
import { triage } from './triage.ts'
${thresholdRows}
describeWorkflow('triage', { workflow: triage, ${options} }, (it) => {
  it.for(rows)('$id', async ({ input, expected }, { run }) => {
    expect(await run(input), 'wrong urgency').toBe(expected)
  })
})
`
const files = (options: string): Record<string, string> => ({ 'triage.ts': thresholdWorkflow, 'triage.eval.ts': evalFile(options) })

describe.each(lines)('on Vitest %s', (line) => {
  test('trace-eval finds a better value, accept saves it, production loads it, and CI gates it', async () => {
    const app = project(line, { ...files('threshold: 0.7'), 'app.mjs': `
      import { loadParameters } from 'trace-eval'
      import { readFileSync } from 'node:fs'
      import * as triage from './triage.ts'
      const loaded = loadParameters(JSON.parse(readFileSync(new URL('./triage.params.json', import.meta.url), 'utf8')), triage)
      console.log(JSON.stringify({ loaded, limit: triage.limit.value }))
    ` })
    const first = await app.traceEval()
    expect(first.code, first.all).toBe(0)
    const optimized = app.workflow()
    expect(optimized).toMatchObject({ name: 'triage', file: 'triage.eval.ts', passed: true, adopted: true, cases: { total: 30, learn: 15, heldOut: 15 }, stopReason: 'perfect' })
    expect(optimized.final.score).toBeGreaterThan(optimized.baseline.score)
    expect(optimized.final.heldOut).toBe(true)
    const { to } = optimized.parameters.find(({ name }) => name === 'limit')!
    expect(first.stdout).toContain('npx trace-eval accept')
    expect(existsSync(app.path('triage.params.json'))).toBe(false)

    const accepted = await app.traceEval('accept')
    expect(accepted.code, accepted.all).toBe(0)
    const saved = JSON.parse(app.read('triage.params.json')) as { workflows: Record<string, { parameters: unknown }> }
    expect(saved.workflows['triage']!.parameters).toEqual({ limit: { kind: 'number', value: to } })

    const { stdout } = await promisify(execFile)(process.execPath, ['app.mjs'], { cwd: app.directory })
    expect(JSON.parse(stdout)).toEqual({ loaded: { applied: ['limit'], missing: [], unknown: [] }, limit: to })

    const gated = await app.traceEval('--no-optimize')
    expect(gated.code, gated.all).toBe(0)
    // Saved values were chosen by the cases to learn from: the gate looks at those that were held out then.
    expect(app.workflow()).toMatchObject({ stopReason: 'not-optimized', rounds: [], passed: true, cases: { learn: 15, heldOut: 15 }, final: { ...optimized.final, lower: expect.any(Number) as number } })
    // Then they were two sets of values to choose from, now there is one: its bound need not allow for both.
    expect(app.workflow().final.lower).toBeGreaterThan(optimized.final.lower)
    expect(app.workflow().parameters).toMatchObject([{ name: 'limit', from: to, to }])

    const fromCode = await app.traceEval('--no-optimize', '--from-code')
    expect(fromCode.code, fromCode.all).toBe(1)
    expect(app.workflow()).toMatchObject({ verdict: 'fail', passed: false })
  })

  test('the installed package brings no script that npm would ask about, and no Vitest into production', () => {
    const { scripts, devDependencies, peerDependenciesMeta } = JSON.parse(readFileSync(join(inject('installations')[line], 'node_modules/trace-eval/package.json'), 'utf8')) as Record<string, unknown>
    expect({ scripts, devDependencies, peerDependenciesMeta }).toEqual({ peerDependenciesMeta: { vitest: { optional: true } } })
  })

  test('a plain vitest run with the plugin measures and gates, and does not optimize', async () => {
    const app = project(line, { ...files('threshold: 0.9'), 'vitest.config.ts': pluginConfig })
    const failed = await app.vitest('run')
    expect(failed.code, failed.all).toBe(1)
    expect(failed.all).toContain('triage: fail: score 0.50 (15 of 30')
    expect(app.workflow()).toMatchObject({ verdict: 'fail', rounds: [], plan: { optimizes: false } })
    app.write({ 'triage.eval.ts': evalFile('threshold: 0.1') })
    expect((await app.vitest('run')).code).toBe(0)
    app.write({ 'vitest.config.ts': pluginConfig.replace('traceEval()', 'traceEval({ optimize: true })'), 'triage.eval.ts': evalFile('threshold: 0.7') })
    const optimized = await app.vitest('run')
    expect(optimized.code, optimized.all).toBe(0)
    expect(app.workflow().rounds.length).toBeGreaterThan(0)
  })

  test('without a threshold every case must pass: a failing case fails as its own test, with the diff of its assertion', async () => {
    const app = project(line, files('rounds: 0'))
    const result = await app.traceEval('--reporter=verbose')
    expect(result.code, result.all).toBe(1)
    expect(result.all).toContain('wrong urgency')
    expect(result.all).toMatch(/❯ triage\.eval\.ts:\d+:\d+/)
    expect(result.all).not.toContain('assertion-guard')
    expect(app.workflow()).toMatchObject({ verdict: 'fail', reason: '15 of 30 cases failed; without a threshold every case must pass' })
  })

  test('the same seed gives the same run, and another seed may not', async () => {
    const app = project(line, files('threshold: 0.5'))
    const values = async (seed: string): Promise<unknown> => {
      await app.traceEval('--seed', seed)
      const { rounds, parameters, final, usage } = app.workflow()
      return { rounds, parameters, final, evaluations: usage.evaluations }
    }
    const first = await values('a')
    expect(await values('a')).toEqual(first)
    expect(app.report().seed).toBe('a')
  })
})
