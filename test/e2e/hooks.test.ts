/** Hooks run around every run of a case, in Vitest's order, and not around a recorded outcome. */
import { describe, expect, test } from 'vitest'
import { vitestLines, type VitestLine } from './installation.ts'
import { project, thresholdWorkflow, type Project } from './project.ts'

const lines = Object.keys(vitestLines) as VitestLine[]
const logged = (app: Project): string[] => app.read('calls.log').split('\n').filter((line) => line !== '')
const files = (body: string): Record<string, string> => ({
  'triage.ts': thresholdWorkflow, 'calls.log': '',
  'hooks.eval.ts': `
    import { appendFileSync } from 'node:fs'
    import { afterAll, afterEach, aroundEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
    import { describeWorkflow } from 'trace-eval/vitest'
    import { triage } from './triage.ts'
    const log = (text: string) => appendFileSync(new URL('./calls.log', import.meta.url), text + '\\n')
    const later = (text: string, ms: number) => new Promise((resolve) => setTimeout(() => { log(text); resolve(undefined) }, ms))
    ${body}`,
})

describe.each(lines)('on Vitest %s', (line) => {
  test('stacked hooks: outer before inner, after in reverse, clean-up last, once per run of a case', async () => {
    const app = project(line, files(`
      beforeAll(() => { log('file beforeAll'); return () => log('file beforeAll clean-up') })
      beforeEach(() => { log('file beforeEach'); return () => log('file clean-up') })
      afterEach(() => log('file afterEach 1'))
      afterEach(() => log('file afterEach 2'))
      describeWorkflow('w', { workflow: triage, rounds: 0, trials: 2 }, (it) => {
        beforeAll(async () => { await later('beforeAll', 5); return () => log('beforeAll clean-up') })
        afterAll(() => log('afterAll'))
        beforeEach(({ task }) => { log('beforeEach ' + task.name); return () => log('clean-up') })
        afterEach(() => log('afterEach'))
        it('a', async ({ run, onTestFinished }) => { onTestFinished(() => log('finished')); log('case'); expect(await run(1)).toBe('urgent') })
      })`))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(0)
    const once = ['file beforeEach', 'beforeEach a', 'case', 'afterEach', 'file afterEach 2', 'file afterEach 1', 'clean-up', 'file clean-up', 'finished']
    const log = logged(app)
    expect(log.slice(0, 2)).toEqual(['file beforeAll', 'beforeAll'])
    expect(log.slice(-3)).toEqual(['afterAll', 'beforeAll clean-up', 'file beforeAll clean-up'])
    // The two trials run at the same time, so only their own order is certain.
    expect(log.slice(2, -3).sort()).toEqual([...once, ...once].sort())
    expect(log.slice(2, -3).filter((entry, index, all) => all.indexOf(entry) === index)).toEqual(once)
  })

  test('a beforeAll hook that throws is reported where it stands, and never as a pass', async () => {
    const app = project(line, files(`
      const one = (it) => { it('a', async ({ run }) => { expect(await run(1)).toBe('urgent') }) }
      describeWorkflow('inside', { workflow: triage, rounds: 0 }, (it) => { beforeAll(() => { throw new Error('no database') }); one(it) })
      describe('around', () => {
        beforeAll(() => { throw new Error('no network') })
        describeWorkflow('never measured', { workflow: triage, rounds: 0 }, one)
      })
      describeWorkflow('fine', { workflow: triage, rounds: 0 }, one)`))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    expect(app.report().workflows.map(({ name, verdict, reason }) => [name, verdict, reason.split(';')[0]])).toEqual([['inside', 'error', '(Error) no database'], ['fine', 'pass', 'the only case passed']])
    expect(app.report().problems).toMatchObject([{ code: 'HOOK_FAILED', level: 'error', message: 'a hook of around failed before its tests, so nothing in it was measured: no network' }])
  })

  test('parallel hooks: the rounds wait for every beforeAll hook', async () => {
    const app = project(line, {
      ...files(`
        describeWorkflow('w', { workflow: triage, rounds: 0 }, (it) => {
          beforeAll(() => later('slow', 60))
          beforeAll(() => later('quick', 5))
          beforeEach(() => later('slow each', 40))
          beforeEach(() => later('quick each', 5))
          it('a', async ({ run }) => { log('case'); expect(await run(1)).toBe('urgent') })
        })`),
      'vitest.config.ts': `export default { test: { sequence: { hooks: 'parallel' } } }`,
    })
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(0)
    expect(logged(app)).toEqual(['quick', 'slow', 'quick each', 'slow each', 'case'])
  })

  test('a nested describe has its own hooks, which ran before its cases run', async () => {
    const app = project(line, files(`
      describeWorkflow('w', { workflow: triage, rounds: 0 }, (it) => {
        it('top', async ({ run }) => { log('top'); expect(await run(1)).toBe('urgent') })
        describe('group', () => {
          beforeAll(() => { log('group beforeAll'); return () => log('group clean-up') })
          beforeEach(() => log('group beforeEach'))
          it('inside', async ({ run }) => { log('inside'); expect(await run(1)).toBe('urgent') })
        })
      })`))
    const result = await app.traceEval('--concurrency=1')
    expect(result.code, result.all).toBe(0)
    expect(logged(app)).toEqual(['group beforeAll', 'top', 'group beforeEach', 'inside', 'group clean-up'])
    expect(app.workflow().caseResults.map(({ id }) => id)).toEqual(['top', 'group > inside'])
  })

  test('aroundEach runs around every run of a case', async () => {
    const app = project(line, files(`
      describeWorkflow('w', { workflow: triage, rounds: 0 }, (it) => {
        aroundEach(async (runTest) => { log('in'); await runTest(); log('out') })
        it('a', async ({ run }) => { log('case'); expect(await run(1)).toBe('urgent') })
      })`))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(0)
    expect(logged(app)).toEqual(['in', 'case', 'out'])
  })

  test('a hook that fails fails the case, and says so', async () => {
    const app = project(line, files(`
      describeWorkflow('w', { workflow: triage, threshold: 0.5, rounds: 0 }, (it) => {
        beforeEach(() => { throw new Error('the database is away') })
        it('a', async ({ run }) => { await run(1) })
      })`))
    expect((await app.traceEval()).code).toBe(1)
    expect(app.workflow().caseResults[0]).toMatchObject({ after: 0, feedback: [{ kind: 'error', message: expect.stringContaining('the database is away') }] })
  })

  test('fixtures and snapshots inside cases are refused with the fix', async () => {
    const app = project(line, files(`
      const it2 = test.extend({ db: async ({}, use) => { await use('db') } })
      describeWorkflow('fixtures', { workflow: triage, threshold: 0.5, rounds: 0 }, (it) => {
        it2.beforeEach(({ db }) => { log(String(db)) })
        it('a', async ({ run }) => { await run(1) })
      })
      describeWorkflow('snapshots', { workflow: triage, threshold: 0.5, rounds: 0 }, (it) => {
        it('a', async ({ run }) => { expect(await run(1)).toMatchSnapshot() })
      })`))
    expect((await app.traceEval()).code).toBe(1)
    expect(app.workflow('fixtures').caseResults[0]!.feedback[0]!.message).toContain('fixtures of test.extend are not there')
    expect(app.workflow('snapshots').caseResults[0]!.feedback[0]!.message).toContain('toMatchSnapshot')
    expect(logged(app)).toEqual([])
  })
})
