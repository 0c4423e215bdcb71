/** Models as a user has them: recorded once, replayed without a server, limited, and told before anything is spent. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { scriptedServer, type ScriptedServer } from '../../src/testing/scripted-server.ts'
import { vitestLines, type VitestLine } from './installation.ts'
import { pluginConfig, project, type Project } from './project.ts'

const files = {
  'route.ts': `
    import { bundle, parameter, t } from 'trace-eval'
    import { callModel, openaiModel } from 'trace-eval/llm'
    export const instructions = parameter('instructions', 'Say no.')
    const small = openaiModel({ model: 'small', baseURL: process.env.OPENAI_BASE_URL! })
    const ask = bundle(async function ask(prompt: string) { return (await callModel(small, { messages: [{ role: 'user', content: prompt }] })).text })
    export const answer = (question: string) => ask(t\`\${instructions}\\n\\n\${question}\`)
  `,
  'route.eval.ts': `
    import { expect } from 'vitest'
    import { describeWorkflow } from 'trace-eval/vitest'
    import { answer } from './route.ts'
    const rows = Array.from({ length: 24 }, (_, i) => ({ id: 'c' + i, input: 'question ' + i }))
    const prices = { small: { input: 1, output: 2 }, big: { input: 10, output: 20 } }
    describeWorkflow('answers', { workflow: answer, threshold: 0.9, prices }, (it) => {
      it.for(rows)('$id', async ({ input }, { run }) => { expect(await run(input)).toBe('yes') })
    })
  `,
}

/** A workflow whose prompt has to say YES, and a proposer that finds that out. */
async function server(): Promise<ScriptedServer> {
  const started = await scriptedServer((prompt) => (prompt.includes('parameter') ? '{ "analysis": "It never says yes.", "changes": { "instructions": "Say YES." } }' : prompt.includes('YES') ? 'yes' : 'no'))
  onTestFinished(() => started[Symbol.asyncDispose]())
  return started
}
const run = (app: Project, { baseURL }: { baseURL: string }, ...args: string[]) => app.start('trace-eval', args, { OPENAI_BASE_URL: baseURL, TRACE_EVAL_OPTIMIZER_MODEL: 'big' }).finished

describe.each(Object.keys(vitestLines) as VitestLine[])('on Vitest %s', (line) => {
  test('a run is recorded once, and replayed with the server gone, to the same result and for nothing', async () => {
    const app = project(line, files)
    const live = await server()
    const recorded = await run(app, live, '--cassettes', 'record')
    expect(recorded.code, recorded.all).toBe(0)
    const first = app.workflow()
    expect(first.usage.byRole).toMatchObject({ task: { modelCalls: 48 }, judge: { modelCalls: 0, costUsd: 0 }, optimizer: { modelCalls: 1 } })
    expect(first.usage.byRole.task.costUsd).toBeCloseTo(48 * (100 * 1 + 20 * 2) / 1e6)
    expect(recorded.stdout.replaceAll(/\s+/g, ' ')).toMatch(/cost \$0\.00\d\d: task 48 calls, 5,760 tokens, \$0\.00\d\d; optimizer 1 call, 120 tokens, \$0\.0014/)
    expect(readdirSync(app.path('route.cassettes'))).toHaveLength(49)
    expect(live.prompts).toHaveLength(49)

    await live[Symbol.asyncDispose]()
    const replayed = await run(app, live, '--cassettes', 'replay')
    expect(replayed.code, replayed.all).toBe(0)
    const second = app.workflow()
    expect({ rounds: second.rounds, final: second.final, parameters: second.parameters }).toEqual({ rounds: first.rounds, final: first.final, parameters: first.parameters })
    expect(second.usage).toMatchObject({ modelCalls: 0, costUsd: 0, byRole: { task: { keptAnswers: 48 }, optimizer: { keptAnswers: 1 } } })

    const [gone] = readdirSync(app.path('route.cassettes')).filter((file) => readFileSync(app.path(`route.cassettes/${file}`), 'utf8').includes('"question 7"'))
    rmSync(app.path(`route.cassettes/${gone}`))
    const missed = await run(app, live, '--cassettes', 'replay')
    expect(missed.code, missed.all).toBe(4)
    expect(missed.stdout.replaceAll(/\s+/g, ' ')).toMatch(/expected a recorded answer for a request to model "small", received none; the nearest recording, small-[0-9a-f]{20}\.json, differs in request\.messages\[0\]\.content: recorded .*, asked .*question 7", at case "c7"/)
  })

  test('a budget ends the rounds, leaves the held-out run what it needs, and a too small one ends in 4', async () => {
    const app = project(line, files)
    const live = await server()
    const judged = await run(app, live, '--max-calls', '45')
    expect(judged.code, judged.all).toBe(1)
    expect(app.workflow()).toMatchObject({ stopReason: 'budget', rounds: [], verdict: 'fail', final: { n: 12 } })
    expect(live.prompts.length).toBeLessThanOrEqual(45)
    const unmeasured = await run(app, live, '--max-calls', '8')
    expect(unmeasured.code, unmeasured.all).toBe(4)
    expect(app.workflow()).toMatchObject({ stopReason: 'budget', verdict: 'error', reason: expect.stringContaining('the budget for models was used up before') })
    expect(live.prompts.length).toBeLessThanOrEqual(45 + 8)
    const unpriced = await run(app, live, '--max-cost', '0.5', '--optimizer', 'search', '--no-optimize')
    expect(unpriced.code, unpriced.all).toBe(1)
  })

  test('a wrapped client is recorded as well, and replayed by a plain vitest run without a key', async () => {
    const app = project(line, {
      'vitest.config.ts': pluginConfig,
      'ask.ts': `
        import OpenAI from 'openai'
        import { traced } from 'trace-eval/llm'
        const openai = traced(new OpenAI())
        export const ask = async (question: string) => (await openai.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: question }] })).text
      `,
      'ask.eval.ts': `
        import { expect } from 'vitest'
        import { describeWorkflow } from 'trace-eval/vitest'
        import { ask } from './ask.ts'
        describeWorkflow('asking', { workflow: ask }, (it) => {
          it('says yes', async ({ run }) => { expect(await run('YES?')).toBe('yes') })
        })
      `,
    })
    const live = await server()
    const address = { OPENAI_BASE_URL: live.baseURL }
    const recorded = await app.start('vitest', ['run'], { ...address, OPENAI_API_KEY: 'sk-abcdefghijklmnopqrstuvwx', TRACE_EVAL_CASSETTES: 'record' }).finished
    expect(recorded.code, recorded.all).toBe(0)
    expect([live.prompts.length, readdirSync(app.path('ask.cassettes')).length]).toEqual([1, 1])
    expect(app.workflow().usage.byRole.task).toMatchObject({ modelCalls: 1, inputTokens: 100, outputTokens: 20 })
    await live[Symbol.asyncDispose]()
    const replayed = await app.start('vitest', ['run'], { ...address, TRACE_EVAL_CASSETTES: 'replay' }).finished
    expect(replayed.code, replayed.all).toBe(0)
    expect(app.workflow().usage.byRole.task).toMatchObject({ modelCalls: 0, keptAnswers: 1, costUsd: 0 })
  })

  test('two files that run at the same time share one budget', async () => {
    const app = project(line, { ...files, 'other.eval.ts': files['route.eval.ts'].replace("'answers'", "'more answers'") })
    const live = await server()
    const result = await run(app, live, '--max-calls', '30', '--no-optimize')
    expect(live.prompts).toHaveLength(30)
    expect(result.code, result.all).not.toBe(0)
  })

  test('an optimizer that needs a model, where none is named, is a wrong configuration', async () => {
    const result = await project(line, files).start('trace-eval', ['--optimizer', 'reflect'], {}).finished
    expect(result.code, result.all).toBe(2)
    expect(result.all).toContain('expected a model for the optimizer `reflect`, received none')
  })

  test('a dry run tells what a run would do, and sends and writes nothing', async () => {
    const app = project(line, { ...files, 'hook.eval.ts': `
      import { beforeAll } from 'vitest'
      import { writeFileSync } from 'node:fs'
      import { describeWorkflow } from 'trace-eval/vitest'
      beforeAll(() => writeFileSync('hook-ran', ''))
      describeWorkflow('with a hook', { workflow: (x: number) => x }, (it) => { it('one', async ({ run }) => { await run(1) }) })
    ` })
    const live = await server()
    const before = await run(app, live, '--dry-run')
    expect(before.code, before.all).toBe(0)
    expect(before.stdout).toContain('task       unknown')
    expect(readdirSync(app.directory).filter((file) => file !== 'node_modules').toSorted()).toEqual(['hook.eval.ts', 'package.json', 'route.eval.ts', 'route.ts'])
    await run(app, live, 'route')
    const report = app.read('.vitest/trace-eval/report.json')
    const asked = live.prompts.length
    const after = await run(app, live, 'route', '--dry-run')
    expect(after.code, after.all).toBe(0)
    expect(after.stdout).toContain('task       24 to 600 calls, 2,880 to 72,000 tokens, $0.0034 to $0.0840')
    expect(after.stdout).toContain('optimizer  big: 0 to 10 calls, 0 to 1,200 tokens, $0.00 to $0.0140')
    expect([live.prompts.length, app.read('.vitest/trace-eval/report.json')]).toEqual([asked, report])
    const data = await run(app, live, 'route', '--dry-run', '--json')
    expect(JSON.parse(data.stdout)).toMatchObject({
      schemaVersion: 1, dryRun: true, exitCode: 0, problems: [],
      workflows: [{ name: 'answers', file: 'route.eval.ts', cases: { total: 24 }, plan: { rounds: 10, maxEvaluations: 600 }, caseRuns: { least: 24, most: 600 }, basis: 'report', roles: { task: { calls: { least: 24, most: 600 } }, optimizer: { model: 'big' } } }],
    })
    expect(data.stderr).toContain('a dry run: nothing was run, and nothing was spent')
    const written = await run(app, live, 'route', '--dry-run', '--json', 'plans/plan.json', '--max-cost', '1')
    expect([written.code, JSON.parse(app.read('plans/plan.json'))], written.all).toMatchObject([0, { workflows: [{ short: [] }] }])
    expect([live.prompts.length, app.read('.vitest/trace-eval/report.json')]).toEqual([asked, report])
    const unpriced = await run(app, live, 'hook', '--dry-run', '--json', '--max-cost', '1')
    expect(JSON.parse(unpriced.stdout)).toMatchObject({ exitCode: 2, workflows: [], problems: [{ code: 'MODEL_PRICE' }] })
    expect(unpriced.code, unpriced.all).toBe(2)
    expect(unpriced.stderr).toContain('expected the price of model "big"')
  })
})
