/** Keys, tokens and passwords out of whatever is written or shown. Stage: core. */
import { environmentSecrets } from './environment-secrets.ts'

// Every pattern is linear: a run of characters is entered only where it begins, or up to a fixed length.
const start = String.raw`(?:(?<![A-Za-z0-9_-])|(?<=\\[nrt]))`

/** Keys of data under which a secret stands. */
const secretNames = '(?:x[-_])?(?:api[-_]?key|(?:proxy[-_])?authorization|(?:set[-_])?cookie|password|passwd|passphrase|secret|client[-_]?secret|(?:access|auth|refresh|id|session|bearer)[-_]?token|private[-_]?key|(?:aws[-_]?)?secret[-_]?access[-_]?key|account[-_]?key)'

/** Tokens that say by their form what they are. */
const tokens = new RegExp([
  `${start}sk-[A-Za-z0-9_-]{16,}`, // OpenAI, Anthropic, OpenRouter, Langfuse, DeepSeek
  'gh[oprsu]_[A-Za-z0-9]{20,}', 'github_pat_[A-Za-z0-9_]{20,}', 'gl(?:pat|ptt|cbt|rt|agent|soat)-[A-Za-z0-9_-]{16,}',
  'xox[abceoprs]-[A-Za-z0-9-]{10,}', 'xapp-[A-Za-z0-9-]{10,}', String.raw`hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{8,}`,
  `${start}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}`,
  'AIza[A-Za-z0-9_-]{30,}', String.raw`ya29\.[A-Za-z0-9_-]{20,}`, 'GOCSPX-[A-Za-z0-9_-]{20,}', String.raw`${start}[A-Za-z0-9_-]{11}:APA91b[A-Za-z0-9_-]{20,}`,
  '(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}', 'whsec_[A-Za-z0-9+/=]{16,}',
  String.raw`${start}eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]{4,}){1,4}\.?`,
  String.raw`${start}[A-Za-z0-9]{52}JQQJ9[A-Za-z0-9]{20,}`, String.raw`[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{30,40}`,
  'hf_[A-Za-z0-9]{20,}', 'npm_[A-Za-z0-9]{30,}', 'pypi-[A-Za-z0-9_-]{40,}', String.raw`${start}SK[0-9a-f]{32}`, String.raw`SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}`,
  `${start}(?:xai|gsk|pplx|r8|nvapi|tvly|lsv2_pt|lsv2_sk|lin_api|sbp|pscale_tkn|pscale_pw|dop_v1|shpat|shpss|figd|glsa|PMAK|dckr_pat|ATATT3|ATCTT3|ghapp)[-_][A-Za-z0-9_-]{20,}`,
  `${start}dapi[0-9a-f]{32}`, `${start}key-[0-9a-f]{32}`, `${start}[0-9a-f]{32}-us[0-9]{1,2}(?![0-9])`, String.raw`${start}hv[sb]\.[A-Za-z0-9_-]{20,}`, 'AGE-SECRET-KEY-1[A-Z0-9]{20,}',
  String.raw`(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{30,40}`, String.raw`${start}[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}`,
].join('|'), 'g')

/** The beginning of such a token, where a text was cut inside it: that is most of a secret all the same. */
const cutTokens = new RegExp([
  `${start}sk-[A-Za-z0-9_-]{6,80}`, '(?:gh[oprsu]_|github_pat_|gl(?:pat|ptt|cbt|rt|agent|soat)-|xox[abceoprs]-|xapp-|AIza|GOCSPX-|(?:sk|rk|pk)_(?:live|test)_|whsec_|hf_|npm_|pypi-)[A-Za-z0-9_-]{4,80}',
  `${start}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{6,16}`, String.raw`${start}eyJ[A-Za-z0-9_.-]{6,80}`, String.raw`${start}SK[0-9a-f]{8,32}`, String.raw`SG\.[A-Za-z0-9_.-]{6,80}`,
].map((token) => `${token}(?=…)`).join('|'), 'g')
/** What may be the beginning of a drawn text without a name, by its letters alone. */
const cutRandom = /(?:(?<![A-Za-z0-9/+=_.-])|(?<=\\[nrt]))[A-Za-z0-9/+]{16,39}(?=…)/g

const privateKey = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\s\S]){0,20000}(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?/g
const addresses: readonly (readonly [RegExp, string])[] = [
  [/:\/\/[^\s/@:"'<>\\]{0,256}:[^\s/"'<>\\]{1,256}@/g, '://[redacted]@'],
  [/:\/\/[A-Za-z0-9_-]{16,256}@/g, '://[redacted]@'],
  // Cut before its end: no port goes on like this.
  [/(:\/\/[^\s/@:"'<>\\]{1,256}:)(?!\d{1,5}(?:$|…))[^\s/@"'<>\\…]{6,256}(?=$|…)/g, '$1[redacted]'],
  [/([?&;][A-Za-z0-9_.-]{0,40}?(?:key|token|secret|password|passwd|pwd|sig|signature|auth|credential)=)[^&#\s"'<>\\]{6,}/gi, '$1[redacted]'],
]

// What only its surroundings give away. A name of some word and a colon stand before many things: what follows must look drawn.
const named = new RegExp(String.raw`((?:api[-_ ]?key|secret(?:[-_ ]?access)?(?:[-_ ]?key)?|(?:access|auth|refresh|id|session|bearer)[-_ ]?token|token|password|passwd|pwd|passphrase|private[-_ ]?key|account[-_ ]?key|access[-_ ]?key|authorization)\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?)((?:(?:bearer|basic|token|digest|apikey) +)?[^\s"',;&\\<>()[\]{}]{8,300})`, 'gi')
const variable = /(\b[A-Z0-9]{1,40}(?:_[A-Z0-9]{1,40}){0,8}_(?:KEY|TOKEN|SECRET|PASSWORD)["']?\s{0,3}[:=]\s{0,3}["']?)([^\s"',;&\\<>()[\]{}]{8,300})/g
const scheme = /((?:\b|(?<=\\[nrt]))(?:Bearer|Basic)\s{1,3})([A-Za-z0-9._~+/=-]{8,300})/gi
// A key of JSON, also of JSON inside a text: what stands under it goes as in data, whatever it looks like.
const keyed = new RegExp(String.raw`("(?:${secretNames})\\{0,7}"\s{0,3}:\s{0,3}\\{0,7}")[^"\\]{6,}`, 'gi')
const cookies = /((?:set-)?cookie\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?)[^\s=;"'\\]{1,80}=[^\r\n"'\\]{4,}/gi
const awsSecret = /(?:(?<![A-Za-z0-9/+=_.-])|(?<=\\[nrt]))[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])/g

/** Not a word: it has a letter and a digit, or small letters before capital ones as base64 has. */
const looksDrawn = (text: string): boolean => (/\d/.test(text) && /[a-z]/i.test(text)) || (/[a-z][A-Z]/.test(text) && !/[.(]/.test(text))

const inValue = /[^\s"',;&\\<>()[\]{}]*/y

/** Redacts what looks drawn behind each name that `pattern` finds; what does not may hold the next name, so only so much of it is read. */
function redactDrawn(text: string, pattern: RegExp): string {
  let clean = ''
  let from = 0
  pattern.lastIndex = 0
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const [whole, name, value] = found as unknown as [string, string, string]
    if (!looksDrawn(value)) { pattern.lastIndex = found.index + name.length; continue }
    clean += `${text.slice(from, found.index)}${name}[redacted]`
    inValue.lastIndex = found.index + whole.length
    inValue.exec(text)
    from = pattern.lastIndex = inValue.lastIndex
  }
  return from === 0 ? text : clean + text.slice(from)
}

/** As often as chance changes between small, capital, digit and sign: 16 times in 40 characters. */
function looksRandom(text: string): boolean {
  const kinds = Array.from(text, (char) => (/[a-z]/.test(char) ? 0 : /[A-Z]/.test(char) ? 1 : /\d/.test(char) ? 2 : 3))
  return new Set(kinds).size >= 3 && kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length >= text.length * 0.4
}

/** What texts with a secret have, so that all others cost one look: every token has a long run, every named value a sign or a word before it. */
const longRun = /[A-Za-z0-9_.+/=~-]{15}/
const schemeWord = /(?:bearer|basic)\s/i
const cookieWord = /cookie/i

/** Shorter texts stand in many others. */
const SHORTEST = 6
/** Texts that are remembered at a time. */
const MANY = 20_000

/**
 * `text` without secrets: values of environment variables whose name says so, what has the form of a key, token or private key,
 * passwords in addresses, authorization headers. Linear in the length of the text; what is redacted stays as it is.
 */
export function redactSecrets(text: string, secrets: readonly (string | undefined)[] = environmentSecrets()): string {
  let clean = text
  for (const secret of secrets) if (secret !== undefined && secret.length >= SHORTEST) clean = withoutSecret(clean, secret)
  const hasSign = clean.includes(':') || clean.includes('=')
  const hasScheme = schemeWord.test(clean)
  const hasRun = longRun.test(clean)
  const hasBlock = clean.includes('-----BEGIN')
  if (!hasSign && !hasScheme && !hasRun && !hasBlock) return clean
  if (hasBlock) clean = clean.replace(privateKey, '[redacted private key]')
  if (clean.includes('://') || clean.includes('=')) for (const [shape, instead] of addresses) clean = clean.replace(shape, instead)
  if (hasRun) clean = clean.replace(tokens, '[redacted key]')
  if (clean.includes('…')) clean = clean.replace(cutTokens, '[redacted key]').replace(cutRandom, (whole) => (looksRandom(whole) ? '[redacted key]' : whole))
  if (hasScheme) clean = redactDrawn(clean, scheme)
  if (hasSign) for (const pattern of [named, variable]) clean = redactDrawn(clean, pattern)
  if (hasSign && clean.includes('"')) clean = clean.replace(keyed, '$1[redacted]')
  if (hasSign && cookieWord.test(clean)) clean = clean.replace(cookies, '$1[redacted]')
  return hasRun ? clean.replace(awsSecret, (whole) => (looksRandom(whole) ? '[redacted key]' : whole)) : clean
}

/** Texts are cut before they are shown: what begins as the secret does, is it. */
function withoutSecret(text: string, secret: string): string {
  const head = secret.slice(0, 12)
  let clean = ''
  let from = 0
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, from)) {
    let end = head.length
    while (end < secret.length && text[at + end] === secret[end]) end++
    clean += `${text.slice(from, at)}[redacted]`
    from = at + end
  }
  return from === 0 ? text : clean + text.slice(from)
}

const secretKey = new RegExp(`^(?:${secretNames})$`, 'i')

/**
 * Plain data without secrets in any text or key of it; texts under keys such as `authorization` or `password` go whole.
 * What holds none comes back as the same object; instances of classes are left as they are.
 */
export function redactValue<T>(value: T, secrets: readonly string[] = environmentSecrets()): T {
  return new Redaction(secrets).value(value) as T
}

const cleaned = new WeakSet<object>()

/** `value`, which holds no secrets and will not change: `redactValue` takes it as it is. */
export function markClean<T extends object>(value: T): T {
  cleaned.add(value)
  return value
}

/** The function that `redactValue` calls, for many values in a row that have texts in common. */
export function redactor(secrets: readonly string[] = environmentSecrets()): <T>(value: T) => T {
  const redaction = new Redaction(secrets)
  return (value) => redaction.value(value) as typeof value
}

/** A key of records: as it may be written, and whether secrets stand under it. */
interface CleanKey { readonly name: string; readonly isSecret: boolean }

class Redaction {
  readonly #secrets: readonly string[]
  readonly #done = new Map<object, unknown>()
  // Reports say the same few things of thousands of cases.
  readonly #texts = new Map<string, string>()
  readonly #keys = new Map<string, CleanKey>()

  constructor(secrets: readonly string[]) { this.#secrets = secrets }

  value(value: unknown): unknown {
    if (typeof value === 'string') return value.length < SHORTEST ? value : this.#text(value)
    if (typeof value !== 'object' || value === null) return value
    if (cleaned.has(value)) return value
    const known = this.#done.get(value)
    if (known !== undefined) return known
    this.#done.set(value, value)
    const clean = Array.isArray(value) ? this.#list(value) : isPlain(value) ? this.#record(value as Record<string, unknown>) : value
    if (clean !== value) this.#done.set(value, clean)
    return clean
  }

  #text(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    const clean = redactSecrets(text, this.#secrets)
    if (this.#texts.size < MANY) this.#texts.set(text, clean)
    return clean
  }

  #key(key: string): CleanKey {
    let known = this.#keys.get(key)
    if (known === undefined) this.#keys.set(key, known = { name: this.value(key) as string, isSecret: secretKey.test(key) })
    return known
  }

  #list(list: readonly unknown[]): unknown {
    let clean: unknown[] | undefined
    for (let i = 0; i < list.length; i++) {
      const item = this.value(list[i])
      if (item !== list[i]) (clean ??= [...list])[i] = item
    }
    return clean ?? list
  }

  // Nearly all records are clean: only a change makes a copy, of what came before it first.
  #record(record: Record<string, unknown>): unknown {
    const keys = Object.keys(record)
    let entries: (readonly [string, unknown])[] | undefined
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!
      const inner = record[key]
      const { name, isSecret } = this.#key(key)
      const clean = isSecret && typeof inner === 'string' && inner.length >= SHORTEST ? '[redacted]' : this.value(inner)
      if (clean !== inner || name !== key) entries ??= keys.slice(0, i).map((before) => [before, record[before]])
      entries?.push([name, clean])
    }
    return entries === undefined ? record : Object.fromEntries(entries)
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

/** An error whose message, stack, causes and own texts hold no secrets, changed in place: it stays the error it was. */
export function redactError<T>(error: T, secrets: readonly string[] = environmentSecrets()): T {
  const seen = new Set<unknown>()
  const clean = (one: unknown): void => {
    if (typeof one !== 'object' || one === null || seen.has(one) || seen.size > 20) return
    seen.add(one)
    for (const key of Reflect.ownKeys(one)) {
      const found = Object.getOwnPropertyDescriptor(one, key)
      if (found === undefined) continue
      try {
        // A stack may be an accessor that writes it out.
        const value: unknown = found.get === undefined ? found.value : key === 'stack' ? (one as { stack: unknown }).stack : undefined
        if (value instanceof Error || key === 'errors' || key === 'cause') clean(value)
        const told = value instanceof Error ? value : redactValue(value, secrets)
        if (told !== value) Object.defineProperty(one, key, { value: told, writable: true, configurable: true, enumerable: found.enumerable ?? false })
      } catch { /* what cannot be read or changed, nobody will read */ }
    }
    if (Array.isArray(one)) for (const item of one) clean(item)
  }
  clean(error)
  return error
}
