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

/** Every file of the project but those that the test wrote, with what the commands printed. */
function bytesOf({ directory }: Project, printed: Readonly<Record<string, string>>): Map<string, string> {
  const found = new Map(Object.entries(printed))
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && !(entry.name in files)) found.set(path.slice(directory.length + 1), readFileSync(path, 'utf8'))
  }
  return found
}

test.each(['5.1', '4.1'] as const)('no secret is in any byte that a run writes, with Vitest %s', { timeout: 240_000 }, async (line) => {
  const shop = project(line, files)
  const env = { ...named, PLANTED_SAMPLES: JSON.stringify({ ...sampleSecrets, header: wanted['header'] }), OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' }
  const flags = ['--json', 'out/report.json', '--html', 'out/page.html', '--otlp', 'out/spans.jsonl', '--explain', '--cassettes', 'record', '--reporter=junit', '--reporter=json', '--reporter=verbose', '--outputFile.junit=out/junit.xml', '--outputFile.json=out/vitest.json']
  const run = await shop.start('trace-eval', flags, env).finished
  const shown = await shop.start('trace-eval', ['show'], env).finished
  const graph = await shop.start('trace-eval', ['show', shop.report().workflows.find(({ name }) => name.startsWith('shop'))!.name, '--case', shop.report().workflows.find(({ name }) => name.startsWith('shop'))!.caseResults[0]!.id, '--graph=tgj', '--out', 'out/graph.json'], env).finished
  const accepted = await shop.start('trace-eval', ['accept', '--force'], env).finished
  const native = await shop.start('vitest', ['run', '--config', 'vitest.config.ts'], env).finished
  const bytes = bytesOf(shop, { run: run.all, shown: shown.all, graph: graph.all, accepted: accepted.all, native: native.all })

  // What is searched is there.
  const names = [...bytes.keys()]
  for (const file of ['out/report.json', 'out/page.html', 'out/spans.jsonl', 'out/junit.xml', 'out/vitest.json', '.vitest/trace-eval/report.json']) expect(names).toContain(file)
  expect(names.some((name) => name.includes('cassettes'))).toBe(true)
  expect(names.some((name) => name.includes('graphs'))).toBe(true)
  expect(run.all).toContain('[redacted')

  const leaks = names.flatMap((name) => Object.entries(wanted).flatMap(([kind, secret]) => [secret, JSON.stringify(secret).slice(1, -1)]
    .filter((form) => bytes.get(name)!.includes(form)).map((form) => `${kind} in ${name}: …${bytes.get(name)!.slice(Math.max(0, bytes.get(name)!.indexOf(form) - 60), bytes.get(name)!.indexOf(form))}`)))
  expect([...new Set(leaks)]).toEqual([])
})
