/** Watch mode as a process of its own: files are edited, keys are pressed. */
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { vitestLines, type VitestLine } from './installation.ts'
import { project, thresholdRows, thresholdWorkflow, type Project } from './project.ts'

const evalFile = (name: string, workflow: string): string => `
import { expect } from 'vitest'
import { describeWorkflow } from 'trace-eval/vitest'
import { appendFileSync } from 'node:fs'
import { triage } from '${workflow}'
${thresholdRows}
describeWorkflow('${name}', { workflow: triage, threshold: 0.6 }, (it) => {
  it.for(rows)('$id', async ({ id, input, expected }, { run }) => {
    appendFileSync(new URL('./calls.log', import.meta.url), '${name}\\n')
    expect(await run(input)).toBe(expected)
  })
})
`
const files = { 'triage.ts': thresholdWorkflow, 'other.ts': thresholdWorkflow, 'triage.eval.ts': evalFile('triage', './triage.ts'), 'other.eval.ts': evalFile('other', './other.ts'), 'calls.log': '' }
const calls = (app: Project, name: string): number => app.read('calls.log').split('\n').filter((line) => line === name).length

describe.each(Object.keys(vitestLines) as VitestLine[])('Vitest %s', (line) => {
  test('watch measures what an edit touches, optimizes and saves when asked, and goes on from what it found', async () => {
    const app = project(line, files)
    const watch = app.watch()
    await watch.next('watching for changes')
    // Measured, not optimized: each case once.
    expect([calls(app, 'triage'), calls(app, 'other')]).toEqual([30, 30])
    expect(app.workflow('triage')).toMatchObject({ stopReason: 'not-optimized', final: { score: 0.5 } })

    app.write({ 'calls.log': '', 'other.ts': thresholdWorkflow.replace('0.9,', '0.8,') })
    await watch.next('watching for changes')
    expect([calls(app, 'triage'), calls(app, 'other')]).toEqual([0, 30])
    expect(app.report().workflows.map(({ name }) => name)).toEqual(['other'])

    watch.press('o')
    const optimized = await watch.next('watching for changes')
    expect(optimized).toContain('the next run starts from the values found for')
    const found = app.workflow('triage').parameters[0]!
    expect(app.workflow('triage')).toMatchObject({ passed: true, plan: { optimizes: true } })
    expect(found).toMatchObject({ name: 'limit', from: 0.9, changed: true })

    // What was found is where the next run starts, and it optimizes no more.
    app.write({ 'triage.ts': `${thresholdWorkflow}// edited\n` })
    await watch.next('watching for changes')
    expect(app.workflow('triage')).toMatchObject({ stopReason: 'not-optimized', passed: true })
    expect(app.workflow('triage').parameters[0]).toMatchObject({ from: found.to, to: found.to, changed: false })

    watch.press('s')
    await watch.next('saved      triage')
    await watch.next('watching for changes')
    expect(JSON.parse(app.read('triage.params.json'))).toMatchObject({ workflows: { triage: { parameters: { limit: { value: found.to } } } } })

    watch.press('q')
    expect(await watch.ended).toBe(0)
    expect(existsSync(app.path('.vitest/trace-eval/history.jsonl'))).toBe(false)
  })

  test('an optimizer that is asked again after an edit has what it said to remember, and is not asked for a run that only measures', async () => {
    const optimizer = `const optimizer = {
  name: 'counting', kinds: ['number'],
  begin({ memory = { asked: 0 } }) {
    appendFileSync(new URL('./memory.log', import.meta.url), memory.asked + '\\n')
    return { propose: () => [{ changes: { limit: 0.89 - memory.asked / 100 } }], memory: () => ({ asked: memory.asked + 1 }) }
  },
}\n`.replaceAll('\\\\', '\\')
    const app = project(line, { ...files, 'memory.log': '', 'triage.eval.ts': evalFile('triage', './triage.ts').replace('describeWorkflow(', () => `${optimizer}describeWorkflow(`).replace('threshold: 0.6', 'threshold: 0.6, rounds: 1, optimizer') })
    const watch = app.watch('triage')
    await watch.next('watching for changes')
    for (const [press, log] of [['o', '0\n'], ['a', '0\n'], ['o', '0\n1\n']] as const) {
      watch.press(press)
      await watch.next('watching for changes')
      expect(app.read('memory.log')).toBe(log)
    }
    watch.press('q')
    expect(await watch.ended).toBe(0)
  })

  test('a file that does not load is mended by an edit, and Ctrl-C ends with 130', async () => {
    const app = project(line, { ...files, 'triage.ts': 'export const triage = (' })
    const watch = app.watch('triage')
    expect(await watch.next('watching for changes')).toContain('triage.eval.ts could not be loaded')
    app.write({ 'triage.ts': thresholdWorkflow })
    await watch.next('watching for changes')
    expect(app.workflow('triage')).toMatchObject({ final: { score: 0.5 } })
    watch.kill('SIGINT')
    expect(await watch.ended).toBe(130)
  })

  test('flags of a run that ends are refused', async () => {
    const app = project(line, files)
    const result = await app.traceEval('watch', '--json')
    expect(result.code).toBe(2)
    expect(result.stderr).toContain('error FLAG_VALUE: expected a flag that watch mode has, received one of a run that ends, at --json')
    expect((await app.traceEval('--watch')).stderr).toContain('Use: npx trace-eval watch')
  })
})
