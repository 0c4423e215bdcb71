/** Calls of models of any provider as nodes. Stage: llm. */
import { expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { backward } from '../../backward/backward.ts'
import { exceptionNodeOf, type Node } from '../../graph/node.ts'
import { parameter } from '../../graph/parameter.ts'
import { t } from '../../graph/template.ts'
import type { Model, ModelRequest } from '../model.ts'
import { RunModels } from '../run-models.ts'
import { modelCallOf } from './call-info.ts'
import { tracedModel } from './traced-model.ts'

const tone = parameter('tone', 'curt', { choices: ['curt', 'warm'] })
const messages = [{ role: 'user' as const, content: t`Answer in a ${tone} tone.` }]
const blamed = (output: Node<unknown>): string[] => backward(output, 'wrong').parameters.map(({ parameter: { name } }) => name)
const requests: ModelRequest[] = []
const scripted = (text: string, more: object = {}): Model => ({ name: 'scripted', send: async (request) => { requests.push(request); return { text, finish: 'stop', inputTokens: 7, outputTokens: 3, ...more } } })

it('a reply is a node of its request, with what it cost', async () => {
  const reply = await tracedModel(scripted('hello'), { name: 'answer' }).call({ messages, temperature: 0, signal: new AbortController().signal })
  expect([reply.name, reply.text.value, blamed(reply.text), blamed(reply.$.finish)]).toEqual(['answer', 'hello', ['tone'], ['tone']])
  expect(requests.at(-1)!.messages).toEqual([{ role: 'user', content: 'Answer in a curt tone.' }])
  expect(modelCallOf(reply)).toMatchObject({ model: 'scripted', settings: { temperature: 0 }, inputTokens: 7, outputTokens: 3, finishReasons: ['stop'], latencyMs: expect.any(Number) })
})

it('tool calls and values are nodes of their own type', async () => {
  const calls = [{ id: '1', name: 'f', arguments: { a: 1 } }]
  expect((await tracedModel(scripted('', { toolCalls: calls, finish: 'tool-calls' })).call({ messages })).toolCalls.value).toEqual(calls)
  const reply = await tracedModel(scripted('{"team":"billing",}')).callFor({ messages }, z.object({ team: z.string() }))
  expectTypeOf(reply.parsed).toEqualTypeOf<Node<{ team: string }>>()
  expect([reply.parsed.value, blamed(reply.parsed.$.team)]).toEqual([{ team: 'billing' }, ['tone']])
})

it('a call that fails carries feedback to what was asked', async () => {
  const broken = tracedModel({ name: 'broken', send: () => Promise.reject(Object.assign(new Error('no'), { status: 400 })) })
  const error: unknown = await broken.call({ messages }).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'MODEL_REQUEST' })
  const failed = exceptionNodeOf(error)!
  expect([blamed(failed), modelCallOf(failed)]).toMatchObject([['tone'], { error: 'MODEL_REQUEST' }])
})

it('inside a run it is counted once, as a call of the task', async () => {
  const models = new RunModels()
  await models.inCase('case', 0, () => tracedModel(scripted('hello')).call({ messages })).result
  expect(models.spend().task).toMatchObject({ modelCalls: 1, inputTokens: 7, outputTokens: 3 })
})
