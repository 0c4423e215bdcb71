/** Calls: what comes back, what is counted, and who is asked. What goes wrong stands in faults.test.ts. Stage: llm. */
import { expect, it } from 'vitest'
import { callModel, type CallPolicy } from './call-model.ts'
import { meter } from '../spending/meter.ts'
import { modelFromEnv } from '../model-from-env.ts'
import { openaiModel } from '../openai-model.ts'
import { sendJson } from '../../testing/scripted-answer.ts'
import { scriptedServer } from '../../testing/scripted-server.ts'

const quick: CallPolicy = { backoffMs: 1, maxBackoffMs: 2, attemptTimeoutMs: 2000, totalTimeoutMs: 10_000, attempts: 3 }
const ask = { messages: [{ role: 'user', content: 'hello' }] } as const
it('an answer comes back with what it cost', async () => {
  await using server = await scriptedServer(() => 'hi')
  const reply = await callModel(openaiModel({ model: 'small', baseURL: server.baseURL }), { ...ask, temperature: 0 })
  expect(reply).toEqual({
    text: 'hi', finish: 'stop', model: 'small', requestId: 'req_scripted', inputTokens: 100, outputTokens: 20, attempts: 1, latencyMs: expect.any(Number),
  })
})

it('stopping the run stops the call', async () => {
  await using server = await scriptedServer(() => () => {})
  const stop = new AbortController()
  const call = callModel(openaiModel({ model: 'small', baseURL: server.baseURL }), { ...ask, signal: stop.signal }, quick)
  setTimeout(() => stop.abort(), 20)
  await expect(call).rejects.toMatchObject({ code: 'MODEL_ABORTED' })
})

it('a budget is checked before a request is sent', async () => {
  await using server = await scriptedServer(() => 'fine')
  const model = meter(openaiModel({ model: 'small', baseURL: server.baseURL }), { maxCalls: 2, maxTokens: 1000 })
  await callModel(model, ask)
  await callModel(model, ask)
  expect(model.spend).toEqual({ modelCalls: 2, inputTokens: 200, outputTokens: 40, costUsd: null, estimated: false })
  await expect(callModel(model, ask)).rejects.toMatchObject({ code: 'MODEL_BUDGET', summary: 'expected an answer of the model, received: the model budget is spent: 2 of 2 calls are used' })
  expect(server.prompts).toHaveLength(2)
})

it('tokens that a server does not tell, or tells wrongly, are estimated', async () => {
  await using server = await scriptedServer(() => (response) => sendJson(response, 200, { choices: [{ message: { content: '12345678' }, finish_reason: 'stop' }], usage: { prompt_tokens: -3 } }))
  const model = meter(openaiModel({ model: 'small', baseURL: server.baseURL }))
  await callModel(model, ask)
  expect(model.spend).toEqual({ modelCalls: 1, inputTokens: 2, outputTokens: 2, costUsd: null, estimated: true })
})

it('a key alone names no model, and a model needs a key or a server', () => {
  expect(modelFromEnv({ OPENAI_API_KEY: 'sk-x' })).toBeUndefined()
  expect(modelFromEnv({ TRACE_EVAL_MODEL: 'small', OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' })?.name).toBe('small')
  expect(() => modelFromEnv({ TRACE_EVAL_MODEL: 'small' })).toThrow('expected OPENAI_API_KEY or OPENAI_BASE_URL beside TRACE_EVAL_MODEL="small", received neither')
  expect(() => modelFromEnv({ TRACE_EVAL_MODEL: 'small', OPENAI_BASE_URL: 'file:///etc/passwd' })).toThrow('expected OPENAI_BASE_URL to be an http or https address')
})
