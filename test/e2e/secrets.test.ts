/** Secrets of every kind, planted everywhere in a real run: none of its bytes, on disk or on the terminal, holds one. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sampleSecrets, secretParts } from '../../src/core/sample-secrets.ts'
import { project, type Project } from './project.ts'

/** Nothing but the names of these variables says that they are secrets. */
const named = { SHOP_API_KEY: 'plain words that only a name gives away', DB_PASSWORD: 'opensesameopensesame', SHOP_DATABASE_URL: 'mysql://root:letmeinletmein@db/shop' }
const wanted: Record<string, string> = { ...secretParts, apiKey: named.SHOP_API_KEY, password: named.DB_PASSWORD, insideUrl: 'letmeinletmein', header: 'header value of no form' }

const files: Record<string, string> = {
  'vitest.config.ts': `import { defineConfig } from 'vitest/config'
import { traceEval } from 'trace-eval/config'
export default defineConfig({ plugins: [traceEval()], test: { include: ['*.eval.ts'] } })
`,
  // The secrets come in by the environment, so that no source holds one.
  'planted.ts': `export const planted: Record<string, string> = JSON.parse(process.env.PLANTED_SAMPLES!)
const { header: _header, ...samples } = planted
export const all = [...Object.values(samples), process.env.SHOP_API_KEY!, process.env.DB_PASSWORD!, process.env.SHOP_DATABASE_URL!]
`,
  'shop.eval.ts': `
import OpenAI from 'openai'
import { afterAll, expect } from 'vitest'
import { bundle, parameter, t } from 'trace-eval'
import { traced } from 'trace-eval/llm'
import { scriptedServer, sendJson } from 'trace-eval/testing'
import { describeWorkflow } from 'trace-eval/vitest'
import { all, planted } from './planted.ts'

const server = await scriptedServer((prompt, call) => call % 7 === 3
  ? (response) => sendJson(response, 400, { error: { message: 'no such key: ' + all[call % all.length] } })
  : 'answer with ' + all[call % all.length] + ' for ' + prompt)
afterAll(() => server[Symbol.asyncDispose]())
const openai = traced(new OpenAI({ baseURL: server.baseURL, apiKey: planted.openai, maxRetries: 0,
  defaultHeaders: { 'x-custom': planted.bearer, authorization: planted.header! } }))

const tone = parameter('tone', 'kind ' + planted.github, { choices: ['kind ' + planted.github, 'curt ' + planted.stripe], description: 'use ' + planted.slack })
const lookUp = bundle(function lookUp(request: { headers: Record<string, string>; url: string; text: string }) {
  if (request.text.includes('AKIA')) throw new Error('denied for ' + request.text, { cause: new Error('Authorization: ' + planted.bearer) })
  return request
})
async function workflow(secret: string) {
  const found = lookUp({ headers: { authorization: planted.header!, 'api-key': planted.openai!.slice(3) }, url: planted.query!, text: secret })
  const { text } = await openai.chat.completions.create({ model: 'small', messages: [{ role: 'system', content: tone }, { role: 'user', content: t\`\${found}\` }] })
  return text
}
describeWorkflow('shop ' + planted.npm, { workflow, threshold: 0.5, optimizer: 'search', rounds: 2 }, (it) => {
  it.for(all.map((secret, index) => ({ id: 'case ' + index + ' ' + secret, input: secret })))('$id', async ({ input }, { run, check, feedback }) => {
    await check('has ' + input, () => expect('what it should be: ' + input, 'not ' + input).toBe('what it is: ' + input))
    const answer = await run(input)
    if (input.length % 3 === 0) feedback(0.5, 'wrong: ' + input)
    expect(answer).toBe('expected ' + input)
  })
})
`,
  'written.eval.ts': `
import { afterAll, expect } from 'vitest'
import { bundle, parameter } from 'trace-eval'
import { openaiModel, traced } from 'trace-eval/llm'
import { scriptedServer } from 'trace-eval/testing'
import { describeWorkflow } from 'trace-eval/vitest'
import OpenAI from 'openai'
import { all, planted } from './planted.ts'

// An optimizer that is shown secrets, and proposes some.
const server = await scriptedServer((prompt, call, { body }) => body.model === 'writer'
  ? JSON.stringify({ analysis: 'It lacks ' + all[call % all.length], changes: { opening: 'Say hello and ' + all[(call + 5) % all.length] } })
  : { text: (prompt.includes('Say hello') ? 'better: ' : '') + 'streamed ' + all[call % all.length], toolCalls: [{ name: 'pay', arguments: { token: all[(call + 1) % all.length] } }] })
afterAll(() => server[Symbol.asyncDispose]())
const openai = traced(new OpenAI({ baseURL: server.baseURL, apiKey: planted.openaiProject, defaultHeaders: { authorization: planted.header! } }))
const opening = parameter('opening', 'hello ' + planted.gitlab, { description: 'begin with ' + planted.jwt })
const tidy = bundle(function tidy(text: string, calls: unknown) { return { text, calls } })
async function workflow(secret: string) {
  const stream = openai.chat.completions.stream({ model: 'small', messages: [{ role: 'system', content: opening }, { role: 'user', content: secret }] })
  const reply = await stream.reply()
  return tidy(reply.text, reply.toolCalls)
}
describeWorkflow('written', {
  workflow, threshold: 0.5, rounds: 2, optimizer: 'reflect', models: { optimizer: openaiModel({ model: 'writer', baseURL: server.baseURL, apiKey: planted.anthropic }) },
}, (it) => {
  it.for(all.map((secret, index) => ({ id: 'written ' + index + ' ' + secret, input: secret })))('$id', async ({ input }, { run, feedback }) => {
    const { text } = await run(input)
    // Whatever it proposes is better, so that the run ends with a secret as its value.
    feedback(text.startsWith('better') ? 0.9 : 0.1, 'should not hold ' + input)
    console.log('a log of the program is its own')
  })
})
`,
  'strict.eval.ts': `
import { expect } from 'vitest'
import { describeWorkflow } from 'trace-eval/vitest'
import { all } from './planted.ts'
describeWorkflow('strict', { workflow: (secret: string) => secret + '!' }, (it) => {
  it.for(all.map((input, index) => ({ id: 'strict ' + index + ' ' + input, input })))('$id', async ({ input }, { run }) => {
    expect({ token: await run(input), list: [input] }).toEqual({ token: input, list: [] })
  })
})
`,
  'broken.eval.ts': `import { all } from './planted.ts'
throw new TypeError('cannot start: ' + all.join(' '))
`,
  'late.eval.ts': `
import { beforeAll, expect } from 'vitest'
import { describeWorkflow } from 'trace-eval/vitest'
import { all } from './planted.ts'
describeWorkflow('late', { workflow: (x: string) => x }, (it) => {
  it('fails later', async ({ run }) => { void Promise.reject(new Error('late: ' + all.join(' '))); expect(await run('x')).toBe('x') })
})
describeWorkflow('hooked', { workflow: (x: string) => x }, (it) => {
  beforeAll(() => { throw new Error('hook: ' + all.join(' ')) })
  it('never runs', async ({ run }) => { await run('x') })
})
`,
}

/** Every file of the project but those that the test wrote, with what the commands printed. Temporary files of the commands lie there as well. */
function bytesOf({ directory }: Project, printed: Readonly<Record<string, string>>): Map<string, Buffer> {
  const found = new Map(Object.entries(printed).map(([name, text]) => [name, Buffer.from(text)]))
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(directory.length + 1)
    if (entry.isFile() && !(name in files)) found.set(name, readFileSync(path))
  }
  return found
}

/** A secret as it may stand in a file: as it is, in JSON, in an address, in HTML, as base64. */
function formsOf(secret: string): string[] {
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
  // The last characters depend on what follows.
  const base64 = [0, 1, 2].map((shift) => Buffer.from(`${'x'.repeat(shift)}${secret}`).toString('base64').slice(shift === 0 ? 0 : 4).replace(/.{0,3}=*$/, ''))
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), html, ...base64])]
}

/** Kinds that say by their first characters what they are. */
const tokens = ['openai', 'openaiProject', 'anthropic', 'github', 'githubFineGrained', 'gitlab', 'slack', 'awsAccess', 'awsSecret', 'google', 'stripe', 'jwt', 'huggingface', 'npm', 'twilio', 'sendgrid']
const cutForms = (secret: string): string[] => Array.from({ length: Math.max(0, secret.length - 18) }, (_, at) => `${secret.slice(0, at + 18)}…`)

test.each(['5.1', '4.1'] as const)('no secret is in any byte that a run writes, with Vitest %s', { timeout: 300_000 }, async (line) => {
  const shop = project(line, { ...files, 'tmp/.keep': '' })
  const env = {
    ...named, PLANTED_SAMPLES: JSON.stringify({ ...sampleSecrets, header: wanted['header'] }), OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
    TMPDIR: shop.path('tmp'), GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: shop.path('tmp/summary.md'),
  }
  const printed: Record<string, string> = {}
  const command = async (name: 'trace-eval' | 'vitest', ...args: string[]): Promise<string> => (printed[args.join(' ')] = (await shop.start(name, args, env).finished).all)
  const run = await command('trace-eval', '--json', 'out/report.json', '--html', 'out/page.html', '--otlp', 'out/spans.jsonl', '--history', 'out/history', '--explain', '--cassettes', 'record', '--reporter=junit', '--reporter=json', '--reporter=verbose', '--outputFile.junit=out/junit.xml', '--outputFile.json=out/vitest.json')
  const inFormat = { tgj: 'json', svg: 'svg', dot: 'dot', mermaid: 'mmd' } as const
  for (const [format, ending] of Object.entries(inFormat)) await command('trace-eval', 'show', 'written', `--graph=${format}`, '--out', `out/graph.${ending}`)
  for (const args of [['show'], ['show', '--explain'], ['show', '--comment'], ['show', '--json'], ['history'], ['history', '--json'], ['accept', '--force'], ['accept', '--baseline'], ['--dry-run', '--json']]) await command('trace-eval', ...args)
  await command('trace-eval', '--cassettes', 'cache', '--no-optimize', '--rounds', '0')
  await command('vitest', 'run', '--config', 'vitest.config.ts')
  const bytes = bytesOf(shop, printed)

  // What is searched is there.
  const names = [...bytes.keys()]
  for (const file of ['out/report.json', 'out/page.html', 'out/spans.jsonl', 'out/junit.xml', 'out/vitest.json', ...Object.values(inFormat).map((ending) => `out/graph.${ending}`), 'tmp/summary.md', '.vitest/trace-eval/report.json', '.vitest/trace-eval/history.jsonl']) expect(names).toContain(file)
  for (const part of ['shop.cassettes', 'written.cassettes', '/cache/', 'graphs', 'out/history']) expect(names.filter((name) => name.includes(part)), part).not.toEqual([])
  expect(run).toContain('[redacted')
  expect(bytes.get('tmp/summary.md')!.toString()).toContain('[redacted')
  expect(bytes.get('out/report.json')!.toString()).toContain('Say hello and ')
  expect(printed['accept --force']).toContain('what looks like a key or a password')

  const leaks = names.flatMap((name) => Object.entries(wanted).flatMap(([kind, secret]) => formsOf(secret).map((form) => ({ form, at: bytes.get(name)!.indexOf(form) })).filter(({ at }) => at >= 0)
    .map(({ at }) => `${kind} in ${name}: …${bytes.get(name)!.subarray(Math.max(0, at - 60), at).toString()}`)))
  expect([...new Set(leaks)]).toEqual([])

  // Nor the beginning of a token, where a text was cut inside it.
  const cut = names.flatMap((name) => {
    const text = bytes.get(name)!.toString()
    return tokens.flatMap((kind) => cutForms(sampleSecrets[kind]!).filter((begun) => text.includes(begun)).map((begun) => `${kind} in ${name}: ${begun}`))
  })
  expect(cut).toEqual([])
})
