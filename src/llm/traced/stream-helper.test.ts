/** The streams of the SDK that put answers together, through a traced client, against a real server. Stage: llm. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { backward } from '../../backward/backward.ts'
import { bundle } from '../../graph/bundle.ts'
import { parameter } from '../../graph/parameter.ts'
import { t } from '../../graph/template.ts'
import type { Node } from '../../graph/types.ts'
import { cassetteFiles } from '../../store/cassette-files.ts'
import { scriptedServer, type Script } from '../../testing/scripted-server.ts'
import { serverFaults } from '../../testing/server-faults.ts'
import { KeptAnswers } from '../recordings/kept-answers.ts'
import { RunModels } from '../run-models.ts'
import { modelCallOf } from './call-info.ts'
import { traced } from './traced.ts'

async function asked(script: Script) {
  const server = await scriptedServer(script)
  return { server, client: traced(new OpenAI({ baseURL: server.baseURL, apiKey: 'none', logLevel: 'off' }), { attempts: 3, backoffMs: 1 }), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
const instructions = parameter('instructions', 'Be brief.')
const model = parameter('model', 'small', { choices: ['small', 'large'] })
const blamed = (output: Node<unknown>): string[] => backward(output, 'wrong').parameters.map(({ parameter: { name } }) => name).sort()
const chatBody = { model, messages: [{ role: 'system' as const, content: instructions }, { role: 'user' as const, content: t`Ticket: ${7}` }] }
const responseBody = { model, instructions, input: t`Ticket: ${7}` }

describe.each(['chat', 'responses'] as const)('a stream helper of %s', (kind) => {
  const open = (client: Awaited<ReturnType<typeof asked>>['client']) => (kind === 'chat' ? client.chat.completions.stream(chatBody) : client.responses.stream(responseBody))

  it('is that of the SDK, with its events and its final answer; its reply is a node', async () => {
    await using at = await asked(() => 'one two three')
    const stream = open(at.client)
    const events: string[] = []
    for await (const event of stream) events.push('type' in event ? event.type : 'chunk')
    expect(events.length).toBeGreaterThan(3)
    const final = 'finalContent' in stream ? await stream.finalContent() : (await stream.finalResponse()).output_text
    const reply = await stream.reply()
    expect([final, reply.text.value]).toEqual(['one two three', 'one two three'])
    expect(blamed(reply.text)).toEqual(['instructions', 'model'])
    expect(modelCallOf(reply)).toMatchObject({ model: 'small', stream: true, firstChunkMs: expect.any(Number) })
    expect(at.server.questions.map(({ body }) => [body['model'], body['stream'], JSON.stringify(body).includes('Be brief.')])).toEqual([['small', true, true]])
  })

  it('is counted by the run, and tried again while nothing of it was read', async () => {
    await using at = await asked((_, call) => (call === 0 ? serverFaults.status(503) : 'fine'))
    const models = new RunModels()
    const reply = await models.inCase('case', 0, () => open(at.client).reply()).result
    expect([reply.text.value, at.server.prompts.length, models.spend().task.modelCalls]).toEqual(['fine', 2, 2])
  })

  it('is answered from a recording', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'helper-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    await using at = await asked(() => ({ text: 'one two', toolCalls: [{ id: 'c1', name: 'refund', arguments: { amount: 12 } }] }))
    for (const mode of ['record', 'replay'] as const) {
      const models = new RunModels({ kept: new KeptAnswers(mode, cassetteFiles(directory)) })
      const stream = await models.inCase('case', 0, async () => open(at.client)).result
      await stream.done()
      const reply = await stream.reply()
      expect([reply.text.value, reply.toolCalls.value]).toEqual(['one two', [{ id: 'c1', name: 'refund', arguments: { amount: 12 } }]])
    }
    expect(at.server.prompts).toHaveLength(1)
  })

  it('that is left early ends its request, and its node is what came until then', async () => {
    await using at = await asked(() => serverFaults.stall('one two three'))
    const stream = open(at.client)
    let pieces = 0
    for await (const _ of stream) if (++pieces === 3) break
    const text = (await stream.reply()).text.value
    expect(text).not.toBe('')
    expect('one two three'.startsWith(text)).toBe(true)
  })

  it('fails with the error of the server, and so does its reply', async () => {
    await using at = await asked(() => serverFaults.status(400, { message: 'No such field' }))
    const stream = open(at.client)
    await expect(stream.done()).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await expect(stream.reply()).rejects.toThrow('400 No such field')
    expect(at.server.prompts).toHaveLength(1)
  })

  it('inside a step is an input of it', async () => {
    await using at = await asked(() => 'yes')
    const ask = bundle(async function ask() { return (await open(at.client).reply()).text.value })
    const node = await ask()
    expect([node.value, blamed(node)]).toEqual(['yes', ['instructions', 'model']])
  })
})

it('a helper has values of the type of its format', async () => {
  const Team = z.object({ team: z.string() })
  await using at = await asked(() => '{"team":"billing"}')
  const chat = at.client.chat.completions.stream({ ...chatBody, response_format: zodResponseFormat(Team, 'team') })
  const { parsed } = (await chat.finalChatCompletion()).choices[0]!.message
  expectTypeOf(parsed).toEqualTypeOf<{ team: string } | null>()
  expect([parsed, (await chat.reply()).parsed.value]).toEqual([{ team: 'billing' }, { team: 'billing' }])
  const response = at.client.responses.stream({ ...responseBody, text: { format: zodTextFormat(Team, 'team') } })
  expect((await response.finalResponse()).output_parsed).toEqual({ team: 'billing' })
  expect(blamed((await response.reply()).parsed)).toEqual(['instructions', 'model'])
})

it('a helper that is stopped before it was sent has no reply', async () => {
  await using at = await asked(() => 'never')
  const stop = new AbortController()
  stop.abort()
  const stream = at.client.chat.completions.stream(chatBody, { signal: stop.signal })
  await expect(stream.done()).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
  await expect(stream.reply()).rejects.toThrow()
  expect(at.server.prompts).toHaveLength(0)
})
