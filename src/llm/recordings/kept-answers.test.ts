/** What is asked again and what is not, against a real server that counts. Stage: llm. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sampleSecrets, secretParts } from '../../core/sample-secrets.ts'
import { cassetteFiles } from '../../store/cassette-files.ts'
import { scriptedServer, type Script } from '../../testing/scripted-server.ts'
import { callModel } from '../calls/call-model.ts'
import type { CassetteMode } from './cassette-mode.ts'
import { answerName, KeptAnswers } from './kept-answers.ts'
import { throughRun } from '../model-scope.ts'
import type { ModelRequest } from '../model.ts'
import { openaiModel } from '../openai-model.ts'
import { RunModels } from '../run-models.ts'

const ask: ModelRequest = { messages: [{ role: 'user', content: 'hello' }] }
const about = (content: string): ModelRequest => ({ messages: [{ role: 'system', content: 'Answer in one word.\nBe kind.' }, { role: 'user', content }] })

/** A server that answers with the number of the call, and a directory. */
async function setup(script: Script = (_, call) => `answer ${call}`) {
  const server = await scriptedServer(script)
  const directory = mkdtempSync(join(tmpdir(), 'cassettes-'))
  const model = openaiModel({ model: 'small', baseURL: server.baseURL })
  const run = (mode: Exclude<CassetteMode, 'off'>): RunModels => new RunModels({ kept: new KeptAnswers(mode, cassetteFiles(directory)) })
  return {
    server, directory, model, run,
    files: () => readdirSync(directory).toSorted(),
    say: (models: RunModels, request = ask, caseId = 'a', trial = 0) => models.inCase(caseId, trial, async () => (await callModel(model, request, { attempts: 2, backoffMs: 1 })).text).result,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

describe.each(['cache', 'record'] as const)('in mode %s', (mode) => {
  test('a request is sent once, and then answered as it was, also by another run', async () => {
    await using it = await setup()
    const first = it.run(mode)
    expect([await it.say(first), await it.say(first, ask, 'b')]).toEqual(['answer 0', 'answer 0'])
    const later = it.run(mode)
    expect(await it.say(later)).toBe('answer 0')
    expect([first.spend().task, later.spend().task]).toMatchObject([{ modelCalls: 1, keptAnswers: 1 }, { modelCalls: 0, keptAnswers: 1, costUsd: 0 }])
    expect(it.server.prompts).toHaveLength(1)
  })

  test('trials have an answer each, and so have equal requests of one run', async () => {
    await using it = await setup()
    const models = it.run(mode)
    const twice = (trial: number) => models.inCase('a', trial, async () => [(await callModel(it.model, ask)).text, (await callModel(it.model, ask)).text]).result
    expect([await twice(0), await twice(1), await twice(0)]).toEqual([['answer 0', 'answer 1'], ['answer 2', 'answer 3'], ['answer 0', 'answer 1']])
    expect(it.files()).toHaveLength(4)
  })

  test('cases that ask the same at the same time send it once', async () => {
    await using it = await setup()
    const models = it.run(mode)
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => it.say(models, ask, `case ${n}`)))
    expect(new Set(answers)).toEqual(new Set(['answer 0']))
    expect(it.server.prompts).toHaveLength(1)
    expect(models.spend().task).toMatchObject({ modelCalls: 1, keptAnswers: 5 })
  })

  test('errors and answers that are none are not kept', async () => {
    await using it = await setup((_, call) => (call < 2 ? (response) => { response.writeHead(500).end() } : call < 3 ? '  ' : 'fine'))
    const models = it.run(mode)
    await expect(it.say(models)).rejects.toMatchObject({ code: 'MODEL_FAILED' })
    expect(it.files()).toEqual([])
    expect(await it.say(models)).toBe('fine')
    expect(it.files()).toHaveLength(1)
    expect(await it.say(it.run('replay'))).toBe('fine')
  })
})

test('an answer that was cut off is recorded, since a replay has to say the same, and not cached', async () => {
  await using it = await setup(() => (response) => { response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ choices: [{ message: { content: 'half' }, finish_reason: 'length' }] })) })
  await it.say(it.run('cache'))
  expect(it.files()).toEqual([])
  await it.say(it.run('record'))
  expect(it.files()).toHaveLength(1)
})

describe('a replay', () => {
  test('sends nothing, needs no server, and shows a stream its text', async () => {
    await using it = await setup()
    await it.say(it.run('record'))
    await it.server[Symbol.asyncDispose]()
    const pieces: string[] = []
    const models = it.run('replay')
    expect(await it.say(models, { ...ask, stream: true, onText: (piece) => pieces.push(piece) })).toBe('answer 0')
    expect(pieces).toEqual(['answer 0'])
    expect(models.spend().task).toEqual({ modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, keptAnswers: 1, estimated: false })
  })

  test('answers a call of any client, with whatever data that gave', async () => {
    await using it = await setup()
    const call = (models: RunModels, send: () => Promise<object>) => models.inCase('a', 0, () => throughRun({ model: 'm', request: { input: [1] }, send, tokensOf: () => ({}) })).result
    await call(it.run('record'), async () => ({ output: [{ text: 'a\nb' }], at: undefined }))
    expect(await call(it.run('replay'), async () => { throw new Error('sent') })).toEqual({ output: [{ text: 'a\nb' }] })
  })

  const missed = async (it: Awaited<ReturnType<typeof setup>>, request: ModelRequest, trial = 0): Promise<string> => {
    const models = it.run('replay')
    const message = await it.say(models, request, 'T-7', trial).catch((error: Error) => `${error.message}`)
    expect(models.fault).toMatchObject({ code: 'CASSETTE_MISS' })
    expect(models.signal.aborted).toBe(true)
    return message.replace(/small-[0-9a-f]{20}/, 'small-…').replaceAll(/127\.0\.0\.1:\d+/g, 'server')
  }

  test('without the answer is an error that names the case and what differs from the nearest recording', async () => {
    await using it = await setup()
    const models = it.run('record')
    await it.say(models, about('Is the sky blue on a clear day at noon?'))
    await it.say(models, about('How many legs has a spider?'))
    await it.say(models, { ...about('How many legs has a spider?'), temperature: 0.5 })
    const head = 'expected a recorded answer for a request to model "small", received none; the nearest recording, small-….json, differs in'
    const end = (where: string): string => `, at case "T-7"${where}\n  Record what is missing: npx trace-eval --cassettes record`
    expect(await missed(it, about('Is the sky grey on a clear day at noon?'))).toBe(`${head} request.messages[1].content: recorded "Is the sky blue on a clear day at noon?", asked "Is the sky grey on a clear day at noon?"${end('')}`)
    expect(await missed(it, { ...about('How many legs has a spider?'), temperature: 0.7 })).toBe(`${head} request.temperature: recorded 0.5, asked 0.7${end('')}`)
    expect(await missed(it, { ...about('How many legs has a spider?'), seed: 4 })).toBe(`${head} request.seed: recorded nothing, asked 4${end('')}`)
    expect(await missed(it, about('How many legs has a spider?'), 2)).toBe(`${head} trial: recorded 0, asked 2${end(', trial 2')}`)
    expect(it.server.prompts).toHaveLength(3)
  })

  test('says so when nothing is recorded', async () => {
    await using it = await setup()
    expect(await missed(it, ask)).toContain('received none; nothing is recorded yet, at case "T-7"')
  })

  test('stops the run also where the workflow catches the error', async () => {
    await using it = await setup()
    const models = it.run('replay')
    const { result, scope } = models.inCase('a', 0, () => callModel(it.model, ask).catch(() => 'a fallback'))
    expect(await result).toBe('a fallback')
    expect(scope.calls.fault).toBe(models.fault)
  })

  test('does not go on with a file that somebody broke, and a cache does', async () => {
    await using it = await setup()
    await it.say(it.run('record'))
    const [file] = it.files()
    writeFileSync(join(it.directory, file!), '<<<<<<< ours')
    await expect(it.say(it.run('replay'))).rejects.toMatchObject({ code: 'CASSETTE_FILE', summary: 'expected a recorded answer of format "trace-eval.cassette.1", received something that is not JSON', at: join(it.directory, file!) })
    expect(await it.say(it.run('cache'))).toBe('answer 1')
  })
})

test('a file shows what was asked and answered, line by line, and no secret', async () => {
  await using it = await setup(() => 'Yes.\nYour key is sk-abcdefghijklmnopqrstuvwx.')
  await it.say(it.run('record'), { ...about('My token is ghp_abcdefghijklmnopqrstuvwxyz0123456789, is it safe?'), extra: { 'x-note': 'Bearer abcdef123456789' } })
  const [file] = it.files()
  const text = readFileSync(join(it.directory, file!), 'utf8')
  expect(file).toMatch(/^small-[0-9a-f]{20}\.json$/)
  expect(text.replace(/127\.0\.0\.1:\d+.*\/v1/, 'server/v1')).toBe(`{
  "format": "trace-eval.cassette.1",
  "model": "small",
  "server": "http://server/v1",
  "role": "task",
  "trial": 0,
  "repeat": 0,
  "request": {
    "messages": [
      {
        "role": "system",
        "content": {
          "$lines": [
            "Answer in one word.",
            "Be kind."
          ]
        }
      },
      {
        "role": "user",
        "content": "My token is [redacted key], is it safe?"
      }
    ],
    "extra": {
      "x-note": "Bearer [redacted]"
    }
  },
  "answer": {
    "text": {
      "$lines": [
        "Yes.",
        "Your key is [redacted key]."
      ]
    },
    "finish": "stop",
    "model": "small",
    "inputTokens": 100,
    "outputTokens": 20
  }
}
`)
})

test('no secret of any kind reaches a file, in whatever part of a call it stands', async () => {
  await using it = await setup((prompt) => `You said: ${prompt}`)
  for (const [kind, secret] of Object.entries(sampleSecrets)) {
    await it.say(it.run('record'), { ...about(`${kind}: ${secret}`), extra: { user: secret, nested: [{ [secret]: secret }] }, tools: [{ name: 'look', description: `with ${secret}` }] })
  }
  const written = it.files().map((file) => `${file}\n${readFileSync(join(it.directory, file), 'utf8')}`).join('\n')
  expect(it.files()).toHaveLength(Object.keys(sampleSecrets).length)
  expect(Object.entries(secretParts).filter(([, part]) => part.split('\n').some((line) => written.includes(line))).map(([kind]) => kind)).toEqual([])
})

describe('the name of an answer', () => {
  const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<never>
  const question = fc.record({
    model: fc.string(), server: fc.webUrl(), trial: fc.nat(5), repeat: fc.nat(3), request: fc.dictionary(fc.string(), json, { noNullPrototype: true }),
  })
  const shuffled = (value: unknown): unknown => (Array.isArray(value) ? value.map(shuffled)
    : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).toReversed().map(([key, item]) => [key, shuffled(item)])) : value)

  test('does not depend on the order of fields', () => {
    fc.assert(fc.property(question, (asked) => { expect(answerName(shuffled(asked) as typeof asked)).toBe(answerName(asked)) }))
  })

  test('is another one for any other question', () => {
    fc.assert(fc.property(question, question, (a, b) => {
      fc.pre(JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b)))
      expect(answerName(a)).not.toBe(answerName(b))
    }))
    fc.assert(fc.property(question, fc.constantFrom('trial', 'repeat') as fc.Arbitrary<'trial' | 'repeat'>, (asked, field) => {
      expect(answerName({ ...asked, [field]: asked[field] + 1 })).not.toBe(answerName(asked))
    }))
  })

  test('is a file name on any system', () => {
    fc.assert(fc.property(question, (asked) => { expect(answerName(asked)).toMatch(/^(?:[a-z0-9][a-z0-9-]{0,31}-)?[0-9a-f]{20}$/) }))
  })
})

/** With sorted keys at every depth: an oracle of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 'minus zero' : value
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)])
}
