/** What a run counts, limits and hands on, against a real server on loopback. Stage: llm. */
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { scriptedServer, sendJson, type Script } from '../testing/scripted-server.ts'
import { Budgets, type LedgerStore, type ModelBudgets } from './spending/budget.ts'
import { callModel } from './calls/call-model.ts'
import { ClosedModels } from './calls/closed-models.ts'
import { asRole, currentModels, throughRun } from './model-scope.ts'
import type { Model } from './model.ts'
import { openaiModel } from './openai-model.ts'
import { RunModels } from './run-models.ts'
import { resolveRoles } from './roles.ts'
import { traced } from './traced/traced.ts'

const ask = { messages: [{ role: 'user', content: 'hello' }] } as const
const once = { attempts: 1 }
const prices = { small: { input: 10, output: 20 } }

const none = () => ({ calls: 0, tokens: 0, costUsd: 0 })

async function setup(script: Script = () => 'fine', limits: ModelBudgets = {}) {
  const server = await scriptedServer(script)
  const small = openaiModel({ model: 'small', baseURL: server.baseURL })
  return { server, small, run: new RunModels({ models: { task: () => small, judge: () => small, optimizer: () => small }, budgets: [new Budgets(limits)], prices }), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

describe('a call counts for', () => {
  test('the role whose model it is, wherever it is made, else for whoever pays there', async () => {
    await using it = await setup()
    await it.run.betweenCases(async () => {
      await callModel(it.small, ask)
      await it.run.inCase('a', 0, async () => {
        await callModel(it.small, ask)
        await callModel(currentModels()!.judge!, ask)
        await asRole('judge', () => callModel(it.small, ask))
        // The model of a role may be called directly as well.
        await currentModels()!.optimizer!.send(ask)
      }).result
    })
    const { task, judge, optimizer } = it.run.spend()
    expect([task, judge, optimizer].map(({ modelCalls }) => modelCalls)).toEqual([1, 2, 2])
    expect(task).toEqual({ modelCalls: 1, inputTokens: 100, outputTokens: 20, costUsd: 0.0014, keptAnswers: 0, estimated: false })
    expect(it.server.prompts).toHaveLength(5)
  })

  test('one, also where one client calls another', async () => {
    await using it = await setup()
    const wrapper = { name: 'wrapper', send: (request: Parameters<typeof it.small.send>[0]) => callModel(it.small, request) }
    await it.run.inCase('a', 0, () => callModel(wrapper, ask)).result
    expect(it.run.spend().task.modelCalls).toBe(1)
  })

  test('nobody outside of a run', async () => {
    await using it = await setup()
    expect(currentModels()).toBeUndefined()
    await callModel(it.small, ask)
    expect(await throughRun({ model: 'x', request: {}, send: async () => 7, tokensOf: () => ({}) })).toBe(7)
    expect(await asRole('judge', async () => 'as it is')).toBe('as it is')
    expect(it.run.spend().task.modelCalls).toBe(0)
  })
})

test('a case run knows its case, its trial and what it spent, and no other', async () => {
  await using it = await setup()
  const look = (caseId: string, trial: number, calls: number) => it.run.inCase(caseId, trial, async () => {
    for (let n = 0; n < calls; n++) await callModel(it.small, ask)
    const { caseId, trial, role, spend } = currentModels()!
    return { caseId, trial, role, spend: spend.task }
  }).result
  expect(await Promise.all([look('a', 0, 2), look('b', 1, 0)])).toEqual([
    { caseId: 'a', trial: 0, role: 'task', spend: { calls: 2, tokens: 240, costUsd: 0.0028 } },
    { caseId: 'b', trial: 1, role: 'task', spend: { calls: 0, tokens: 0, costUsd: 0 } },
  ])
})

test('an attempt that the server refused is a call without tokens; one that broke may have cost its input', async () => {
  await using it = await setup((_, call) => (call === 0 ? (response) => sendJson(response, 429, { error: { message: 'slow' } }, { 'retry-after-ms': '1' }) : call === 1 ? (response) => { response.destroy() } : 'fine'))
  await it.run.inCase('a', 0, () => callModel(it.small, { messages: [{ role: 'user', content: 'x'.repeat(400) }] }, { backoffMs: 1 })).result
  expect(it.run.spend().task).toEqual({ modelCalls: 3, inputTokens: 200, outputTokens: 20, costUsd: (200 * 10 + 20 * 20) / 1e6, keptAnswers: 0, estimated: true })
})

describe('a budget', () => {
  const codeOf = async (work: Promise<unknown>): Promise<unknown> => work.then(() => 'went through', (error: { code: string; summary: string }) => `${error.code}: ${error.summary}`)

  const short = { ...ask, maxOutputTokens: 20 }
  test.each<[string, ModelBudgets, string]>([
    ['of calls', { run: { maxCalls: 2 } }, 'the model budget is spent: 2 of 2 calls are used'],
    ['of tokens', { run: { maxTokens: 250 } }, 'the model budget is spent: 240 of 250 tokens are used, and this request needs about 22'],
    ['of money', { run: { maxCostUsd: 0.003 } }, 'the model budget is spent: $0.0028 of $0.0030 is used, and this request needs about $0.0004'],
    ['of a role', { task: { maxCalls: 2 } }, 'the model budget of the task role is spent: 2 of 2 calls are used'],
  ])('%s stops a call before it is sent', async (_, limits, message) => {
    await using it = await setup(() => 'fine', limits)
    const call = () => it.run.inCase('a', 0, () => callModel(it.small, short)).result
    await call()
    await call()
    expect(await codeOf(call())).toBe(`MODEL_BUDGET: expected an answer of the model, received: ${message}`)
    expect(it.server.prompts).toHaveLength(2)
  })

  test('expects answers as long as the longest so far where a request does not limit them, and 256 tokens at first', async () => {
    await using it = await setup((_, call) => (response) => sendJson(response, 200, { choices: [{ message: { content: 'fine' }, finish_reason: 'stop' }], usage: { prompt_tokens: 100, completion_tokens: call === 0 ? 300 : 1 } }), { run: { maxTokens: 700 } })
    const call = () => it.run.inCase('a', 0, () => callModel(it.small, ask)).result
    await call()
    expect(await codeOf(call())).toContain('400 of 700 tokens are used, and this request needs about 302')
    expect(await codeOf(new RunModels({ budgets: [new Budgets({ run: { maxTokens: 257 } })] }).inCase('a', 0, () => callModel(it.small, ask)).result)).toContain('needs about 258')
  })

  test('is never passed by calls at the same time', async () => {
    await using it = await setup(() => 'fine', { run: { maxCalls: 3 } })
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, n) => codeOf(it.run.inCase(`c${n}`, 0, () => callModel(it.small, ask, once)).result)))
    expect(outcomes.filter((outcome) => outcome === 'went through')).toHaveLength(3)
    expect(it.server.prompts).toHaveLength(3)
  })

  test('waits for calls under way, which may cost less than was taken for them, before it refuses one', async () => {
    await using it = await setup(() => (response) => { setTimeout(() => sendJson(response, 200, { choices: [{ message: { content: 'fine' }, finish_reason: 'stop' }], usage: { prompt_tokens: 5, completion_tokens: 5 } }), 30) }, { run: { maxTokens: 1100 } })
    const long = { ...ask, maxOutputTokens: 1000 }
    const outcomes = await Promise.all(Array.from({ length: 9 }, (_, n) => codeOf(it.run.inCase(`c${n}`, 0, () => callModel(it.small, long)).result)))
    expect(new Set(outcomes)).toEqual(new Set(['went through']))
    expect(await codeOf(it.run.inCase('last', 0, () => callModel(it.small, { ...ask, maxOutputTokens: 1020 })).result)).toContain('90 of 1100 tokens are used, and this request needs about 1022')
  })

  test('marks the case run that it stopped, also where the workflow caught the error', async () => {
    await using it = await setup(() => 'fine', { run: { maxCalls: 0 } })
    const { result, scope } = it.run.inCase('a', 0, () => callModel(it.small, ask).catch(() => 'a fallback'))
    expect(await result).toBe('a fallback')
    expect(scope.calls.fault).toMatchObject({ code: 'MODEL_BUDGET' })
  })

  test('of a run is shared by its workflows, and none spends what another one keeps for its held-out cases', async () => {
    await using it = await setup()
    const accounts = () => ({ run: none(), task: none(), judge: none(), optimizer: none() })
    const state = { used: accounts(), held: accounts(), kept: {} }
    const store: LedgerStore = { read: () => state, change: (change) => change(state) }
    const [one, two] = ['one', 'two'].map((workflow) => new RunModels({ budgets: [new Budgets({ run: { maxCalls: 10 } }, store, workflow)] })) as [RunModels, RunModels]
    const runOf = async (run: RunModels, calls: number): Promise<void> => {
      const { result, scope } = run.inCase('a', 0, async () => { for (let n = 0; n < calls; n++) await callModel(it.small, ask, once) })
      await result.finally(() => run.spending.ended(scope.calls))
    }
    await runOf(one, 2)
    await one.spending.keepFor(3)
    expect([one.spending.caseRunsLeft(), two.spending.caseRunsLeft()]).toEqual([4, Infinity])
    await runOf(two, 1)
    expect(two.spending.caseRunsLeft()).toBe(1)
    await runOf(two, 1)
    await expect(runOf(two, 1)).rejects.toThrow('the model budget is spent: 4 of 10 calls are used, 6 kept for the held-out cases')
    expect(two.spending.isRefused).toBe(true)
    await runOf(one, 3)
  })

  test('is not waited for by a call that is stopped: it is never sent, and the budget is not called spent', async () => {
    const answer = Promise.withResolvers<string>()
    let sent = 0
    const slow: Model = { name: 'slow', async send() { sent++; return { text: await answer.promise, finish: 'stop' } } }
    const run = new RunModels({ budgets: [new Budgets({ run: { maxTokens: 700 } })] })
    const start = (caseId: string, signal?: AbortSignal) => run.inCase(caseId, 0, () => callModel(slow, { ...ask, maxOutputTokens: 400, ...(signal && { signal }) }, once))
    const one = start('a')
    await expect.poll(() => sent).toBe(1)
    const stop = new AbortController()
    const two = start('b', stop.signal)
    await expect.poll(() => two.scope.calls.taken.task.tokens).toBeGreaterThan(400)
    stop.abort()
    await expect(two.result).rejects.toMatchObject({ code: 'MODEL_ABORTED' })
    await expect.poll(() => two.scope.calls.taken.task.tokens).toBe(0)
    answer.resolve('fine')

    expect((await one.result).text).toBe('fine')
    expect((await start('c').result).text).toBe('fine')
    expect([sent, two.scope.calls.fault, run.spending.isRefused]).toEqual([2, undefined, false])
  })

  test('in money needs the price of the model, which is never taken as 0', async () => {
    await using it = await setup(() => 'fine', { run: { maxCostUsd: 1 } })
    const unknown = { name: 'other', send: it.small.send }
    await expect(it.run.inCase('a', 0, () => callModel(unknown, ask, once)).result).rejects.toMatchObject({ code: 'MODEL_PRICE', summary: 'expected the price of model "other" for a budget in US dollars, received none' })
    expect(it.server.prompts).toHaveLength(0)
  })
})

describe('the model of a role', () => {
  const names = (env: object, ...given: Parameters<typeof resolveRoles>[1]) => {
    const { task, judge, optimizer } = resolveRoles(env, given, { at: 'here' })
    return [task.name, judge.name, optimizer.name]
  }
  test('is what the environment names for it, else what it names for all; a key names none', () => {
    expect(names({ OPENAI_API_KEY: 'sk-x' })).toEqual([undefined, undefined, undefined])
    expect(names({ TRACE_EVAL_MODEL: 'a' })).toEqual(['a', 'a', 'a'])
    expect(names({ TRACE_EVAL_MODEL: 'a', TRACE_EVAL_JUDGE_MODEL: 'b', TRACE_EVAL_OPTIMIZER_MODEL: ' ' })).toEqual(['a', 'b', 'a'])
    expect(names({ TRACE_EVAL_OPTIMIZER_MODEL: 'c' })).toEqual([undefined, undefined, 'c'])
  })

  test('is what options choose before that, by name, as an object, or with limits', () => {
    const own = { name: 'own', send: async () => ({ text: '', finish: 'stop' as const }) }
    expect(names({ TRACE_EVAL_MODEL: 'a' }, { task: own, judge: { maxCalls: 3 } }, { judge: { model: 'j' }, task: 'later' })).toEqual(['own', 'j', 'a'])
  })

  test('is made when it is needed: only then it takes a key', () => {
    const { judge } = resolveRoles({ TRACE_EVAL_JUDGE_MODEL: 'b' }, [], { at: 'here' })
    expect(() => judge.make()).toThrow('expected OPENAI_API_KEY or OPENAI_BASE_URL beside TRACE_EVAL_JUDGE_MODEL="b", received neither')
    expect(resolveRoles({}, [{ task: 'x' }], { at: 'here', keyless: true }).task.make()?.name).toBe('x')
  })

  test.each<[unknown, string]>([
    [{ writer: 'a' }, 'expected the roles task, judge and optimizer, received "writer"'],
    [{ task: 7 }, 'expected the name of a model, or a model with a name and send, as models.task, received 7'],
    [{ judge: { model: {} } }, 'expected the name of a model, or a model with a name and send, as models.judge, received {}'],
  ])('%j is refused', (given, message) => {
    expect(() => names({}, given as never)).toThrow(message)
  })
})

describe('a model that refuses the key, or whose account is empty', () => {
  const runOf = (closed = new ClosedModels()) => new RunModels({ closed })
  const cases = async (run: RunModels, ask: () => Promise<unknown>): Promise<string[]> => {
    const said: string[] = []
    for (let at = 0; at < 30; at++) said.push(await run.inCase(`case ${at}`, 0, () => ask().then(() => 'answered', (error: { code?: string }) => String(error.code))).result)
    return said
  }

  test.each([['MODEL_AUTH', 401, {}], ['MODEL_AUTH', 403, {}], ['MODEL_QUOTA', 429, { code: 'insufficient_quota' }], ['MODEL_QUOTA', 402, {}]] as const)('%s by %d: of 30 cases the first one asks, the others are told so', async (code, status, error) => {
    await using it = await setup(() => (response) => sendJson(response, status, { error: { message: 'no', ...error } }))
    const [run, notices] = [runOf(), [] as string[]]
    run.onNotice = (text) => { notices.push(text) }
    expect(await cases(run, () => callModel(it.small, ask))).toEqual([code, ...Array.from({ length: 29 }, () => 'MODEL_NOT_CALLED')])
    expect([it.server.prompts.length, run.spend().task.modelCalls]).toEqual([1, 1])
    expect(notices).toEqual([`small: ${status} no; it is not called again in this run`])
    const refused = run.inCase('one more', 0, () => callModel(it.small, ask)).result
    const hint = code === 'MODEL_AUTH' ? `Check OPENAI_API_KEY, and that it belongs to ${it.server.baseURL}.` : 'The account has no quota left; nothing was retried.'
    await expect(refused).rejects.toThrow(`expected an answer of the model, received none: not called again in this run after ${status} no, at model "small"\n  ${hint}`)
  })

  test('is closed for traced clients as well, and calls under way end as they end', async () => {
    await using it = await setup(() => (response) => { setTimeout(() => sendJson(response, 401, { error: { message: 'no' } }), 100) })
    const run = runOf()
    const client = traced(new OpenAI({ baseURL: it.server.baseURL, apiKey: 'none' }))
    const ask = (at: number) => run.inCase(`case ${at}`, 0, () => client.chat.completions.create({ model: 'small', messages: [{ role: 'user', content: 'hello' }] }).catch((error: unknown) => error)).result
    const first = await Promise.all([0, 1, 2, 3, 4].map(ask))
    const later = await Promise.all(Array.from({ length: 25 }, (_, at) => ask(at)))
    expect(it.server.prompts).toHaveLength(5)
    expect(first.every((error) => error instanceof OpenAI.AuthenticationError)).toBe(true)
    expect(later.map((error) => (error as { code?: string }).code)).toEqual(Array.from({ length: 25 }, () => 'MODEL_NOT_CALLED'))
  })

  test('closes no other model, and no other run', async () => {
    await using it = await setup((_prompt, _call, { body }) => (body['model'] === 'small' ? (response) => sendJson(response, 401, { error: { message: 'no' } }) : 'fine'))
    const large = openaiModel({ model: 'large', baseURL: it.server.baseURL })
    const run = runOf()
    const both = () => callModel(it.small, ask).catch(() => callModel(large, ask))
    expect(new Set(await cases(run, both))).toEqual(new Set(['answered']))
    await expect(runOf().inCase('a', 0, () => callModel(it.small, ask)).result).rejects.toMatchObject({ code: 'MODEL_AUTH' })
    expect(it.server.prompts).toHaveLength(32)
  })

  test('is asked again after 403 where it had answered: that was about one text', async () => {
    await using it = await setup((_, call) => (call % 3 === 2 ? (response) => sendJson(response, 403, { error: { message: 'not allowed' } }) : 'fine'))
    expect((await cases(runOf(), () => callModel(it.small, ask))).filter((said) => said === 'MODEL_AUTH')).toHaveLength(10)
    expect(it.server.prompts).toHaveLength(30)
  })
})
