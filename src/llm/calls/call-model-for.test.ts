/** Values of a schema out of answers, against a server that is asked for real. Stage: llm. */
import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { callModelFor, type CallForPolicy } from './call-model-for.ts'
import { readJsonAnswer } from './json-answer.ts'
import { openaiModel } from '../openai-model.ts'
import { scriptedServer, type Script } from '../../testing/scripted-server.ts'

const ticket = z.object({ team: z.enum(['billing', 'sales']), urgent: z.boolean().default(false) })
const asJson = { type: 'object', required: ['team'], properties: { team: { enum: ['billing', 'sales'] } } }
const ask = { messages: [{ role: 'user', content: 'I was charged twice.' }] } as const
const quick: CallForPolicy = { backoffMs: 1, maxBackoffMs: 2, attempts: 2 }

async function play(script: Script, schema: Parameters<typeof callModelFor>[2] = ticket, policy: CallForPolicy = quick, api: 'chat' | 'responses' = 'chat') {
  await using server = await scriptedServer(script)
  const model = openaiModel({ model: 'small', baseURL: server.baseURL, api })
  const told = await callModelFor(model, ask, schema, policy).then(({ parsed, repaired }) => ({ parsed, repaired }), (error: { code: string; message: string }) => `${error.code}: ${error.message}`)
  return { told, bodies: server.questions.map(({ body }) => body), prompts: server.prompts }
}
const error = (code: string, received: string, hint = ''): string => `${code}: expected an answer that fits the schema, received ${received}, at model "small"${hint}`

describe('a value of a schema', () => {
  it('is what the schema makes of the answer, and has its type', async () => {
    await using server = await scriptedServer(() => '{"team":"billing"}')
    const { parsed, repaired } = await callModelFor(openaiModel({ model: 'small', baseURL: server.baseURL }), ask, ticket)
    expectTypeOf(parsed).toEqualTypeOf<{ team: 'billing' | 'sales'; urgent: boolean }>()
    expect([parsed, repaired]).toEqual([{ team: 'billing', urgent: false }, undefined])
  })

  it.each(['chat', 'responses'] as const)('is asked for with its JSON schema by %s', async (api) => {
    const { bodies: [body] } = await play(() => '{"team":"billing"}', asJson, { ...quick, schemaName: 'ticket', strict: true }, api)
    const format = api === 'chat' ? (body!['response_format'] as { json_schema: object }).json_schema : (body!['text'] as { format: object }).format
    expect(format).toMatchObject({ name: 'ticket', strict: true, schema: asJson })
  })

  it('of a library that cannot say its schema is asked for as any JSON, and checked all the same', async () => {
    const mute = { '~standard': { version: 1, vendor: 'mute', validate: (value: unknown) => (value === 7 ? { value: 'seven' } : { issues: [{ message: 'not 7' }] }) } } as const
    const { told, bodies: [body] } = await play(() => '7', mute)
    expect(told).toEqual({ parsed: 'seven', repaired: undefined })
    expect(body).toMatchObject({ response_format: { type: 'json_object' }, messages: [ask.messages[0], { role: 'system', content: 'Answer with one JSON value and nothing else.' }] })
  })

  it.each([
    ['in a code fence', '```json\n{"team": "billing"}\n```'],
    ['with words around it', 'Sure! Here it is:\n{"team": "billing"}\nAnything else?'],
    ['with a trailing comma', '{"team": "billing",}'],
    ['with single quotes and bare keys', "{team: 'billing'}"],
    ['with a comment', '{"team": "billing" /* charged twice */}'],
  ])('is read %s, without another call', async (_, text) => {
    expect(await play(() => text)).toMatchObject({ told: { parsed: { team: 'billing', urgent: false }, repaired: 'text' }, prompts: { length: 1 } })
  })

  it('that does not fit is sent back once with what is wrong', async () => {
    const { told, prompts } = await play((_, call) => (call === 0 ? '{"team":"legal"}' : '{"team":"sales"}'))
    expect(told).toEqual({ parsed: { team: 'sales', urgent: false }, repaired: 'call' })
    expect(prompts[1]).toBe([
      'I was charged twice.', '{"team":"legal"}',
      'That answer does not fit: at team: Invalid option: expected one of "billing"|"sales". Answer again, with one JSON value that fits and nothing else.',
    ].join('\n'))
  })

  it('that still does not fit is an error with the answer and every complaint', async () => {
    expect((await play(() => '{"team":"legal"}', asJson)).told)
      .toBe(error('MODEL_SCHEMA', String.raw`"{\"team\":\"legal\"}": at team: Instance does not match any of ["billing","sales"]. (told, and answered again)`))
    expect((await play(() => 'I do not know.')).told).toBe(error('MODEL_SCHEMA', '"I do not know.": it is not JSON (told, and answered again)'))
    expect((await play(() => '{}', ticket, { ...quick, repairCalls: 0 })).told).toBe(error('MODEL_SCHEMA', '"{}": at team: Invalid option: expected one of "billing"|"sales"'))
  })

  it('that is refused, or cut off even with more room, is an error of its own', async () => {
    expect(await play(() => ({ refusal: 'I cannot.' }))).toMatchObject({ told: error('MODEL_REFUSED', 'a refusal: "I cannot."'), prompts: { length: 1 } })
    expect(await play(() => ({ text: '{"team":"bil', finish: 'length' })))
      .toMatchObject({ told: error('MODEL_CUT_OFF', 'one that was cut off after 12 characters', '\n  Allow more with `maxOutputTokens`, or ask for less.'), prompts: { length: 2 } })
  })

  it('comes from servers that know no schemas, or no formats at all: then words say it', async () => {
    const refuses = (name: string): Script => (_, __, { body }) => {
      const { type } = (body['response_format'] ?? { type: 'text' }) as { type: string }
      if (type === 'text' || (name === 'json_schema' && type === 'json_object')) return '{"team":"billing"}'
      return (response) => response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: `response_format of type ${type} is not supported`, param: 'response_format' } }))
    }
    for (const [name, count] of [['json_schema', 2], ['json_object', 3]] as const) {
      const { told, prompts } = await play(refuses(name), asJson)
      expect(told).toEqual({ parsed: { team: 'billing' }, repaired: undefined })
      expect(prompts).toHaveLength(count)
      expect(prompts.at(-1)).toBe(`I was charged twice.\n\nAnswer with one JSON value and nothing else. It fits this JSON schema:\n${JSON.stringify(asJson)}`)
    }
  })

  it('needs a schema', async () => {
    expect((await play(() => '7', 'text' as never)).told).toBe('MODEL_SCHEMA_OPTIONS: expected a schema for the answer, received "text"\n  Give a Standard Schema (Zod, Valibot, ArkType) or a JSON schema.')
  })

  it('holds no key that reaches a prototype', async () => {
    const { told } = await play(() => '{"team":"billing","__proto__":{"urgent":true}}', asJson)
    expect((told as { parsed: { urgent?: boolean } }).parsed.urgent).toBeUndefined()
  })
})

describe('JSON in an answer', () => {
  it('is read as it is, whatever it is', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      expect(readJsonAnswer(text)).toEqual({ value: JSON.parse(text), asItWas: true })
    }))
  })

  it('is found in a fence and between words without brackets', () => {
    const words = fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[[\]{}`]/g, ''))
    fc.assert(fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), words, words, fc.boolean(), (value, before, after, fence) => {
      const text = JSON.stringify(value)
      // Words that are JSON with it are another document.
      fc.pre(before.trim() !== '')
      expect(readJsonAnswer(fence ? `${before}\n\`\`\`json\n${text}\n\`\`\`\n${after}` : `${before}\n${text}\n${after}`)?.value).toEqual(JSON.parse(text))
    }))
  })

  it('is none in prose', () => {
    for (const text of ['', 'I do not know.', '}{', 'see [1', 'a } then {', '{"a": {"b": 1}, "c": "tru']) expect(readJsonAnswer(text)).toBeUndefined()
  })
})
