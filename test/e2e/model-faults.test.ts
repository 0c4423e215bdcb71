/** Whole runs with models that fail: how often they are asked, what the report says, and what the command exits with. */
import { describe, expect, onTestFinished, test } from 'vitest'
import { scriptedServer, type Script, type ScriptedServer } from '../../src/testing/scripted-server.ts'
import { serverFaults } from '../../src/testing/server-faults.ts'
import { vitestLines, type VitestLine } from './installation.ts'
import { project, type Project } from './project.ts'

/** 30 questions to a model whose prompt has to say YES; half of the cases are held out. */
const files = (options = '') => ({
  'route.ts': `
    import OpenAI from 'openai'
    import { parameter, t } from 'trace-eval'
    import { traced } from 'trace-eval/llm'
    export const instructions = parameter('instructions', 'Say no.')
    const openai = traced(new OpenAI(), { backoffMs: 1 })
    export async function answer(question: string) {
      const { text } = await openai.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: t\`\${instructions}\\n\\n\${question}\` }] })
      return text
    }
  `,
  'route.eval.ts': `
    import { expect } from 'vitest'
    import { describeWorkflow } from 'trace-eval/vitest'
    import { answer } from './route.ts'
    const rows = Array.from({ length: 30 }, (_, i) => ({ id: 'c' + i, input: 'question ' + i }))
    describeWorkflow('answers', { workflow: answer, threshold: 0.9, ${options} }, (it) => {
      it.for(rows)('$id', async ({ input }, { run }) => { expect(await run(input)).toBe('yes') })
    })
  `,
})
const proposal = '{ "analysis": "It never says yes.", "changes": { "instructions": "Say YES." } }'
const isProposer = (prompt: string): boolean => prompt.includes('parameter')
const says = (prompt: string): string => (prompt.includes('YES') ? 'yes' : 'no')

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await scriptedServer(script)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}
const run = (app: Project, { baseURL }: ScriptedServer, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  app.start('trace-eval', args, { OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: 'sk-abcdefghijklmnopqrstuvwx', ...env }).finished
/** Why cases have no score; times of day as TIME. */
const reasons = (app: Project): string[] => [...new Set(app.workflow().caseResults.map(({ unscored }) => unscored?.replace(/(?:\d{4}-\d\d-\d\d )?\d\d:\d\d \(3[56]\d\d s\)$/, 'TIME') ?? 'scored'))].toSorted()

describe.each(Object.keys(vitestLines) as VitestLine[])('on Vitest %s', (line) => {
  test('a server that asks to wait for an hour is not asked again: no case has a score, the reason says until when, and the code is 4', async () => {
    const app = project(line, files())
    const server = await serve(() => serverFaults.rateLimited(3600))
    const result = await run(app, server, ['--concurrency', '1'])
    expect(result.code, result.all).toBe(4)
    expect(server.prompts).toHaveLength(1)
    expect(app.workflow()).toMatchObject({ verdict: 'error', passed: false, usage: { modelCalls: 1 }, reason: expect.stringMatching(/^could not measure: 15 of 15 gated cases without a score \(/) as string })
    expect(reasons(app)).toEqual([
      'expected an answer of the model, received: 429 Rate limit reached; the server asks to wait until TIME', 'expected an answer of the model, received: rate limited before, nothing was sent; the server asks to wait until TIME',
    ])
  })

  test('a key that is refused ends all calls but those under way, and every case says why it has no score', async () => {
    const app = project(line, files())
    const server = await serve(() => serverFaults.status(401, { message: 'Incorrect API key provided' }))
    const result = await run(app, server, ['--no-optimize'])
    expect(result.code, result.all).toBe(4)
    expect(server.prompts.length).toBeLessThanOrEqual(5)
    expect(app.workflow()).toMatchObject({ verdict: 'error', usage: { modelCalls: server.prompts.length }, reason: expect.stringMatching(/^could not measure: 30 of 30 gated cases without a score/) as string })
    expect(reasons(app)).toEqual([
      'expected an answer of the model, received none: not called again in this run after 401 Incorrect API key provided',
      'expected an answer of the model, received: 401 Incorrect API key provided',
    ])
  })

  test('an account that is empty after twelve calls leaves the twelve scores, and no verdict', async () => {
    const app = project(line, files())
    const server = await serve((prompt, call) => (call < 12 ? says(prompt) : serverFaults.status(429, { message: 'You exceeded your current quota', code: 'insufficient_quota' })))
    const result = await run(app, server, ['--no-optimize'])
    expect(result.code, result.all).toBe(4)
    expect(server.prompts.length).toBeLessThanOrEqual(12 + 5)
    const { verdict, caseResults, reason } = app.workflow()
    expect(verdict).toBe('error')
    expect(reason).toContain('18 of 30 gated cases without a score')
    expect(caseResults.filter(({ after }) => after !== null)).toHaveLength(12)
    expect(result.stdout).toContain('18 cases could not be measured')
  })

  test('a case whose time is over while a busy server is asked again has no score, and does not go on asking', async () => {
    const app = project(line, files('timeout: 700'))
    app.write({ 'route.ts': app.read('route.ts').replace('{ backoffMs: 1 }', '{}') })
    const server = await serve(() => serverFaults.status(503, { message: 'busy' }, { 'retry-after': '20' }))
    const result = await run(app, server, ['--no-optimize'])
    expect(result.code, result.all).toBe(4)
    expect(reasons(app)).toEqual(['model "small": 503 busy; asked again, until the case was over, after 700 ms'])
    expect(server.prompts).toHaveLength(30)
  })

  test('a proposer that refuses costs its call and its round, and the next round goes on', async () => {
    const app = project(line, files())
    let asked = 0
    const server = await serve((prompt) => (isProposer(prompt) ? (asked++ === 0 ? { refusal: 'I cannot help with that.' } : proposal) : says(prompt)))
    const result = await run(app, server, [], { TRACE_EVAL_OPTIMIZER_MODEL: 'big' })
    expect(result.code, result.all).toBe(0)
    const { rounds, usage, verdict, final } = app.workflow()
    expect(rounds).toMatchObject([
      { round: 1, kept: false, candidates: 0, evaluations: 0, reason: 'no candidate; nothing to try in the answer: the model refused: I cannot help with that.' },
      { round: 2, kept: true, changes: [{ parameter: 'instructions', from: 'Say no.', to: 'Say YES.' }] },
    ])
    expect([verdict, final.score, usage.byRole.optimizer.modelCalls]).toEqual(['inconclusive', 1, 2])
  })

  test('a model that refuses has answered: the workflow gets its words, and they are judged', async () => {
    const app = project(line, files())
    const server = await serve(() => ({ refusal: 'I cannot help with that.' }))
    const result = await run(app, server, ['--no-optimize'])
    expect(result.code, result.all).toBe(1)
    expect(server.prompts).toHaveLength(30)
    expect(app.workflow()).toMatchObject({ verdict: 'fail', final: { score: 0, n: 30 } })
    expect(app.workflow().caseResults[0]!.feedback[0]!.message).toContain(`expected 'I cannot help with that.' to be 'yes'`)
  })

  test('a limit in dollars without the price of a model is a wrong configuration, found before anything is sent', async () => {
    const app = project(line, files())
    const server = await serve(says)
    const unnamed = await run(app, server, ['--max-cost', '1'])
    expect([unnamed.code, server.prompts.length], unnamed.all).toEqual([2, 0])
    expect(app.report()).toMatchObject({ exitCode: 2, workflows: [{ verdict: 'error', problems: [{ code: 'MODEL_PRICE' }] }] })
    expect(unnamed.stdout.replaceAll(/\s+/g, ' ')).toContain('expected the price of model "small" for a budget in US dollars, received none')
    app.write(files(`budget: { maxCostUsd: 1 }, prices: { small: { input: 1, output: 2 } }`))
    const named = await run(app, server, [], { TRACE_EVAL_OPTIMIZER_MODEL: 'big' })
    expect([named.code, server.prompts.length], named.all).toEqual([2, 0])
    expect(named.stdout.replaceAll(/\s+/g, ' ')).toContain('expected the price of model "big" for a budget in US dollars, received none')
  })
})
