/** A workflow that models judge: optimized by what they say; where they cannot say, nothing is measured and nothing scores 0. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { scriptedServer, sendJson, type Script } from '../../src/testing/scripted-server.ts'
import { vitestLines, type VitestLine } from './installation.ts'
import { project } from './project.ts'

const lines = Object.keys(vitestLines) as VitestLine[]
const files = {
  'reply.ts': `
import { bundle, parameter } from 'trace-eval'
export const tone = parameter('tone', 'curt', { choices: ['curt', 'formal', 'kind'] })
const openings = { curt: 'No.', formal: 'Your request was received.', kind: 'Sorry about that! We look into it.' }
const answer = bundle(function answer(ticket: string, tone: 'curt' | 'formal' | 'kind') { return openings[tone] + ' (' + ticket + ')' })
export const reply = (ticket: string) => answer(ticket, tone)
`,
  'reply.eval.ts': `
import { expect } from 'vitest'
import { describeWorkflow } from 'trace-eval/vitest'
import { closedQuestion, exact, rubric } from 'trace-eval/judges'
import { reply } from './reply.ts'
const apologizes = closedQuestion('Does the reply apologize?')
const rows = Array.from({ length: 24 }, (_, i) => ({ id: 't' + i, input: 'ticket ' + i }))
describeWorkflow('replies', { workflow: reply, threshold: 0.7, scorers: { kind: rubric('The reply is kind.'), short: { scorer: (text) => Number(text.length < 300), weight: 0 } } }, (it) => {
  it.for(rows)('$id', async ({ input }, { run, expect: local }) => {
    const text = await run(input)
    await expect.soft(text, 'say sorry').toPassJudge(apologizes, { input })
    local(text).not.toPassJudge(exact(), { expected: input })
  })
})
`,
}

/** A judge that reads the output alone: kind is what says sorry. */
const judge: Script = (prompt) => {
  if (prompt.includes('You prepare the judging')) return '{"steps": ["Look for kind words."]}'
  const output = /The output to judge:\n<(data-\w+)>\n([\s\S]*?)\n<\/\1>/.exec(prompt)![2]!
  const kind = output.includes('Sorry')
  return prompt.includes('Question:') ? JSON.stringify({ reason: `It says “${output}”.`, answer: kind ? 'yes' : 'no' }) : JSON.stringify({ reasons: kind ? 'Kind.' : 'It is cold.', score: kind ? 5 : output.startsWith('Your') ? 3 : 1 })
}

describe.each(lines)('on Vitest %s', (line) => {
  test('what judges say decides the rounds, and their calls are the judge\'s', async () => {
    await using server = await scriptedServer(judge)
    const app = project(line, files)
    const result = await app.start('trace-eval', [], { TRACE_EVAL_JUDGE_MODEL: 'judge', OPENAI_BASE_URL: server.baseURL }).finished
    expect(result.code, result.all).toBe(0)
    const workflow = app.workflow()
    expect(workflow).toMatchObject({ passed: true, adopted: true, baseline: { score: 0 }, final: { score: 1, heldOut: true } })
    expect(workflow.parameters).toMatchObject([{ name: 'tone', from: 'curt', to: 'kind' }])
    expect(workflow.checks.find(({ name }) => name === 'kind')).toMatchObject({ kind: 'check', before: 0, after: 1 })
    const { task, judge: judges } = workflow.usage.byRole
    expect([task.modelCalls, judges.modelCalls]).toEqual([0, server.prompts.length])
    expect(server.prompts.length).toBeGreaterThan(2 * 24)
    expect(result.stdout).toContain('tone')
  })

  test('recorded judgements are replayed without a server: the same run, for nothing', async () => {
    const server = await scriptedServer(judge)
    const app = project(line, files)
    const env = { TRACE_EVAL_JUDGE_MODEL: 'judge', OPENAI_BASE_URL: server.baseURL }
    const recorded = await app.start('trace-eval', ['--cassettes', 'record'], env).finished
    expect(recorded.code, recorded.all).toBe(0)
    const first = app.workflow()
    await server[Symbol.asyncDispose]()
    const replayed = await app.start('trace-eval', ['--cassettes', 'replay'], env).finished
    expect(replayed.code, replayed.all).toBe(0)
    const again = app.workflow()
    expect(again).toMatchObject({ final: first.final, baseline: first.baseline, parameters: first.parameters, usage: { modelCalls: 0 } })
  })

  test('a judge of a module is held against labels, with the model of the environment', async () => {
    await using server = await scriptedServer(judge)
    const app = project(line, {
      'judges.ts': `import { closedQuestion } from 'trace-eval/judges'\nexport const apologizes = closedQuestion('Does the reply apologize?')\n`,
      'labelled.json': JSON.stringify([{ output: 'Sorry!', label: true }, { output: 'No.', label: false }, { output: 'Forgive us.', label: true, id: 'other words' }, { output: 'Sorry for that.', label: true }]),
      '.env': `TRACE_EVAL_JUDGE_MODEL=judge\nOPENAI_BASE_URL=${server.baseURL}\n`,
    })
    const { code, stdout, all } = await app.traceEval('calibrate', 'judges.ts', 'labelled.json')
    expect(code, all).toBe(0)
    expect(stdout).toContain('judge "Does the reply apologize?" on 4 labelled outputs\n   agreement   0.75 (3 of 4), 95 % lower bound 0.25\n   kappa       0.50')
    expect(stdout).toContain('other words: people pass, judge fail (0.00): no: It says “Forgive us.”.')
    expect(server.prompts).toHaveLength(4)
  })

  test('without a judge that can say, every case is unscored with the reason', async () => {
    await using server = await scriptedServer(() => (response) => sendJson(response, 401, { error: { message: 'no such key' } }))
    const app = project(line, files)
    const result = await app.start('trace-eval', ['--no-optimize'], { TRACE_EVAL_JUDGE_MODEL: 'judge', OPENAI_BASE_URL: server.baseURL }).finished
    expect(result.code, result.all).toBe(4)
    const workflow = app.workflow()
    expect(workflow).toMatchObject({ verdict: 'error', passed: false, reason: expect.stringContaining('24 of 24 gated cases without a score') as string })
    expect(workflow.caseResults.map(({ after }) => after)).toEqual(workflow.caseResults.map(() => null))
    expect(workflow.caseResults[0]!.unscored).toMatch(/judge "(?:Does the reply apologize\?|The reply is kind\.)": .*no such key/)
  })

  test('the matcher and the scorers are typed', async () => {
    const app = project(line, { ...files, 'wrong.ts': `
import { expect } from 'vitest'
import 'trace-eval/vitest'
import { exact, rubric } from 'trace-eval/judges'
export const later: Promise<void> = expect('x').toPassJudge(rubric('x'))
export const none: void = expect('x').toPassJudge(exact(), { expected: 'x', threshold: 1 })
export const soft: Promise<void> = expect.soft('x').not.toPassJudge(async () => 1)
export const resolved: PromiseLike<unknown> = expect(Promise.resolve('x')).resolves.toPassJudge(exact())
export const plain: void = expect('x').toPassJudge((text, length) => Number(text.length === length), { expected: 1 })
// @ts-expect-error no judge
expect('x').toPassJudge('polite')
// @ts-expect-error no such option
expect('x').toPassJudge(exact(), { treshold: 1 })
` })
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', '--allowImportingTsExtensions', '--typeRoots', join(app.directory, 'none')]
    const checked = await promisify(execFile)(process.execPath, [tsc, ...options, 'reply.eval.ts', 'wrong.ts'], { cwd: app.directory }).catch((error: { stdout: string }) => error)
    expect(checked.stdout).toBe('')
  })
})
