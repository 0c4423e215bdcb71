/** What counts as a secret, what does not, and that both hold in any text and any data. Stage: core. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { environmentSecrets } from './environment-secrets.ts'
import { redactError, redactSecrets, redactValue } from './redact.ts'
import { sampleSecrets, secretParts } from './sample-secrets.ts'

const kinds = Object.keys(sampleSecrets)
const clean = (text: string): string => redactSecrets(text, [])

it.each(kinds)('a secret of kind %s does not stay in a text, in JSON inside a text, or behind another word', (kind) => {
  const secret = sampleSecrets[kind]!
  for (const text of [secret, `it is ${secret}, keep it`, JSON.stringify({ told: secret }), JSON.stringify(JSON.stringify({ log: `line\n${secret}\n` })), `(${secret})`]) {
    const found = clean(text)
    expect(found).not.toContain(secretParts[kind])
    expect(found).toContain('[redacted')
    expect(clean(found)).toBe(found)
  }
})

it.each([
  'Basic knowledge of token limits and password rules is required.', 'max_tokens=100000000, tokens: 12345678901', 'http://localhost:5173/@fs/app/node_modules/x?v=1f2e3d4c',
  'password: required', 'secret: "undefined"', 'apiKey: process.env.OPENAI_API_KEY', 'see https://example.com/a?page=2&sort=key_name&tokenizer=bpe12345',
  '9c1185a5c5e9fc54612808977ee8f548b2258d31', 'a task-oriented, risk-averse approach', 'mail me at ann@example.com: now', 'Authorization required', 'The basic-auth0 token of the game is a top hat.',
  'src/components/forms/validation/rules/index', 'Keyboard: 1234abcd', 'sk-learn', '-----BEGIN CERTIFICATE-----', 'git@github.com:owner/name.git',
])('stays as it is: %s', (text) => expect(clean(text)).toBe(text))

it.each([
  ['postgres://shop:h0rse-batt…', 'postgres://shop:[redacted]…'], ['at mysql://root:letmein', 'at mysql://root:[redacted]'], ['see http://localhost:5173…', 'see http://localhost:5173…'],
  ['{"authorization": "just words", "note": "just words"}', '{"authorization": "[redacted]", "note": "just words"}'], ['{\\"x-api-key\\":\\"just words\\"}', '{\\"x-api-key\\":\\"[redacted]\\"}'],
])('%s becomes %s', (text, expected) => expect(clean(text)).toBe(expected))

it('values of variables that are named as secrets go, also where a text was cut inside one', () => {
  const env = { SHOP_API_KEY: 'plainwords-only', SHORT_TOKEN: 'abc', DB_URL: 'postgres://me:opensesame@db/x', TLS_KEY_FILE: '/etc/tls/key.pem', MAX_TOKEN_COUNT: '10000000', HOME: '/home/plainwords', NEXTAUTH_SECRET: 'development' }
  const secrets = environmentSecrets(env)
  expect(secrets).toEqual(['plainwords-only', 'opensesame'])
  expect(redactSecrets('key plainwords-only, cut plainwords-o…, pass opensesame; plainwords stay', secrets)).toBe('key [redacted], cut [redacted]…, pass [redacted]; plainwords stay')
})

it.each(['openai', 'openaiProject', 'anthropic', 'github', 'githubFineGrained', 'gitlab', 'slack', 'awsAccess', 'google', 'stripe', 'jwt', 'huggingface', 'npm', 'twilio', 'sendgrid', 'awsSecret'])('of a token of kind %s that was cut inside, the beginning goes', (kind) => {
  const secret = sampleSecrets[kind]!
  for (let length = 18; length < secret.length; length++) {
    // Of the last part of a JSON web token three characters may stay: they say nothing.
    expect(redactSecrets(`expected 'it is ${secret.slice(0, length)}…' to be`, []), String(length)).toMatch(/^expected 'it is \[redacted key\]\w{0,3}…' to be$/)
  }
})

it.each(['src/components/Button/IndexPage…', 'da39a3ee5e6b4b0d3255bfef95601890…', 'sk-fast…', 'AnUnusuallyLongClassNameOfSomebody…', 'the npm_config_…', 'eyJ…'])('what is cut and no secret stays: %s', (text) => {
  expect(redactSecrets(text, [])).toBe(text)
})

it('a value of the environment goes in the forms it has in addresses and in JSON', () => {
  const secret = 'a b"c\\d/e+f&g'
  const secrets = environmentSecrets({ MY_SECRET: secret })
  for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret)]) expect(redactSecrets(`<${form}>`, secrets)).not.toContain(form.replaceAll('"', ''))
})

it('data loses secrets in values and keys, keeps what it shares, and is the same object where it holds none', () => {
  const shared = { note: `key ${sampleSecrets['github']}` }
  const value = { password: 'letmein-please', inputTokens: 12, list: [shared, shared], [sampleSecrets['npm']!]: true, fine: { a: [1, 'two'] } }
  const found = redactValue(value, []) as unknown as { list: unknown[]; fine: object }
  expect(found).toEqual({ password: '[redacted]', inputTokens: 12, list: [{ note: 'key [redacted key]' }, { note: 'key [redacted key]' }], '[redacted key]': true, fine: { a: [1, 'two'] } })
  expect(found.list[0]).toBe(found.list[1])
  expect(found.fine).toBe(value.fine)
  const cycle: { self?: unknown; text: string } = { text: 'harmless' }
  cycle.self = cycle
  expect(redactValue(cycle, [])).toBe(cycle)
})

it('wherever secrets stand in data, none of them is left, and all else is', () => {
  const secret = fc.constantFrom(...kinds)
  const leaf = fc.oneof(fc.integer(), fc.constantFrom('fine', 'also fine'), secret.map((kind) => `<${sampleSecrets[kind]}>`))
  const { tree } = fc.letrec((tie) => ({ tree: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('tree'), { maxKeys: 3 })) }))
  fc.assert(fc.property(tree, (value) => {
    const text = JSON.stringify(redactValue(value, []))
    for (const kind of kinds) expect(text).not.toContain(JSON.stringify(secretParts[kind]).slice(1, -1))
    const count = (all: string, what: RegExp): number => (all.match(what) ?? []).length
    expect(count(text, /fine/g)).toBe(count(JSON.stringify(value), /fine/g))
  }))
})

it('of many secrets between any other texts none is left', () => {
  const other = fc.oneof(fc.string(), fc.constantFrom('Bearer', 'password=', 'key: ', '://', '-----BEGIN ', '"', "'", '{', '\n'))
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...kinds), other), { maxLength: 8 }), (pieces) => {
    const found = clean(pieces.map(([kind, text]) => `${sampleSecrets[kind]} ${text} `).join(''))
    for (const [kind] of pieces) expect(found).not.toContain(secretParts[kind])
  }), { numRuns: 500 })
})

it('an error stays the error it was, without secrets in message, stack, causes and own fields', () => {
  const secret = sampleSecrets['stripe']!
  const error = Object.assign(new TypeError(`no ${secret}`, { cause: new Error(`because of ${secret}`) }), { headers: { authorization: 'abcdefgh' }, actual: secret, self: undefined as unknown })
  error.self = error
  const found = redactError(error, [])
  expect(found).toBe(error)
  expect([found.message, (found.cause as Error).message, found.actual, found.headers]).toEqual(['no [redacted key]', 'because of [redacted key]', '[redacted key]', { authorization: '[redacted]' }])
  expect(`${found.stack}${(found.cause as Error).stack}`).not.toContain(secret)
  expect(redactError(Object.freeze(new Error('fine')), [])).toBeInstanceOf(Error)
})
