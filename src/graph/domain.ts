/** What values a parameter may have: its kind and limits, as plain data, and the check. Stage: graph. */
import { isSame } from '../core/is-same.ts'
import { describeValue } from '../core/describe-value.ts'
import { outsideCode, type CodeDomain } from './code-source.ts'
import { codeExecutor } from './context.ts'
import { applySchema, type AnySchema } from './standard-schema.ts'

/** The kinds of parameters. `value` is any other type, held by a schema. */
export type ParameterKind = 'text' | 'number' | 'boolean' | 'choice' | 'examples' | 'code' | 'value'

/** What values a parameter may have. An optimizer searches inside it and can go nowhere else. */
export type Domain =
  | { readonly kind: 'text'; readonly maxLength?: number }
  | { readonly kind: 'number'; readonly range?: readonly [low: number, high: number]; readonly integer: boolean; readonly log: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly choices: readonly unknown[] }
  | { readonly kind: 'examples'; readonly pool: readonly unknown[]; readonly max: number }
  | CodeDomain
  | { readonly kind: 'value' }

/** The options of `parameter`, whichever kind they belong to. */
interface DomainOptions {
  readonly maxLength?: number
  readonly range?: readonly [number, number]
  readonly integer?: boolean
  readonly log?: boolean
  readonly choices?: readonly unknown[]
  readonly pool?: readonly unknown[]
  readonly max?: number
  readonly schema?: AnySchema
  readonly project?: unknown
}

const DEFAULT_MAX_EXAMPLES = 8

const ownOptions: Readonly<Record<ParameterKind, readonly (keyof DomainOptions)[]>> = {
  text: ['maxLength'], number: ['range', 'integer', 'log'], boolean: [], choice: ['choices'], examples: ['pool', 'max'], code: [], value: [],
}

/** The domain of a parameter that starts with `initial`, or what is wrong with its options. */
export function domainOf(initial: unknown, options: unknown): Domain | { readonly problem: string } {
  if (typeof options !== 'object' || options === null) return { problem: `expected options as an object, received ${describeValue(options)}` }
  const given = options as DomainOptions
  if (given.choices !== undefined && given.pool !== undefined) return { problem: 'expected either choices or a pool, received both' }
  const domain = ofKind(initial, given)
  if ('problem' in domain) return domain
  const known: readonly string[] = ['description', 'schema', 'project', ...ownOptions[domain.kind]]
  const foreign = Object.keys(options).find((key) => !known.includes(key) && (options as Record<string, unknown>)[key] !== undefined)
  if (foreign !== undefined) return { problem: `expected options of a ${domain.kind} parameter (${known.join(', ')}), received ${describeValue(foreign)}` }
  const { schema } = given
  if (schema !== undefined && typeof schema?.['~standard']?.validate !== 'function') return { problem: `expected a Standard Schema, received ${describeValue(schema)}` }
  if (![given.project ?? []].flat().every((project) => typeof project === 'function')) return { problem: `expected functions to project with, received ${describeValue(given.project)}` }
  return domain
}

function ofKind(initial: unknown, options: DomainOptions): Domain | { problem: string } {
  if (options.choices !== undefined) return choiceDomain(options.choices)
  if (options.pool !== undefined) return examplesDomain(options.pool, options.max)
  switch (typeof initial) {
    case 'number': return numberDomain(options)
    case 'string': return textDomain(options)
    case 'boolean': return { kind: 'boolean' }
    default: return options.schema === undefined
      ? { problem: `expected a text, number or boolean, or choices, a pool or a schema, received ${describeValue(initial)}` }
      : { kind: 'value' }
  }
}

function choiceDomain(choices: readonly unknown[]): Domain | { problem: string } {
  if (!Array.isArray(choices) || choices.length === 0) return { problem: 'expected at least one choice, received none' }
  const repeated = choices.findIndex((choice, index) => choices.indexOf(choice) !== index)
  if (repeated >= 0) return { problem: `expected different choices, received ${describeValue(choices[repeated])} twice` }
  return { kind: 'choice', choices: [...choices] }
}

function examplesDomain(pool: readonly unknown[], given: number | undefined): Domain | { problem: string } {
  if (!Array.isArray(pool) || pool.length === 0) return { problem: 'expected a pool with at least one example, received none' }
  const max = given ?? Math.min(DEFAULT_MAX_EXAMPLES, pool.length)
  if (!Number.isInteger(max) || max < 1) return { problem: `expected max to be a whole number from 1 up, received ${describeValue(max)}` }
  return { kind: 'examples', pool: [...pool], max }
}

function numberDomain({ range, integer = false, log = false }: DomainOptions): Domain | { problem: string } {
  if (typeof integer !== 'boolean' || typeof log !== 'boolean') return { problem: `expected integer and log to be true or false, received ${describeValue(integer)} and ${describeValue(log)}` }
  if (range === undefined) return log ? { problem: 'expected a range for a logarithmic scale, received none' } : { kind: 'number', integer, log }
  const [low, high] = Array.isArray(range) && range.length === 2 ? range : [Number.NaN, Number.NaN]
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) {
    return { problem: `expected a range [low, high] of finite numbers with low ≤ high, received ${describeValue(range)}` }
  }
  if (log && low <= 0) return { problem: `expected a range above 0 for a logarithmic scale, received ${describeValue(range)}` }
  if (integer && Math.ceil(low) > Math.floor(high)) return { problem: `expected a range that holds a whole number, received ${describeValue(range)}` }
  return { kind: 'number', range: [low, high], integer, log }
}

function textDomain({ maxLength }: DomainOptions): Domain | { problem: string } {
  if (maxLength === undefined) return { kind: 'text' }
  if (!Number.isInteger(maxLength) || maxLength < 1) return { problem: `expected maxLength to be a whole number from 1 up, received ${describeValue(maxLength)}` }
  return { kind: 'text', maxLength }
}

/** `value` as the domain and schema let it through, or what is wrong with it. */
export function checkValue(domain: Domain, schema: AnySchema | undefined, value: unknown): { value: unknown } | { problem: string } {
  const problem = outside(domain, value)
  if (problem !== undefined) return { problem: `expected ${problem}, received ${describeValue(value)}` }
  const flaw = domain.kind === 'code' ? codeExecutor()?.check(value as string, domain) : undefined
  if (flaw !== undefined) return { problem: flaw }
  return schema === undefined ? { value } : applySchema(schema, value)
}

/** What is wrong with a schema that does not accept `value`, which it answered itself. */
export function unstable(domain: Domain, schema: AnySchema | undefined, value: unknown): string | undefined {
  if (schema === undefined) return undefined
  const again = checkValue(domain, schema, value)
  if ('problem' in again) return `expected a schema that accepts what it answers (${describeValue(value)}): ${again.problem}`
  return isSame(again.value, value) ? undefined
    : `expected a schema that accepts what it answers, received ${describeValue(again.value)} from ${describeValue(value)}`
}

function outside(domain: Domain, value: unknown): string | undefined {
  switch (domain.kind) {
    case 'text':
      if (typeof value !== 'string') return 'a text'
      return domain.maxLength !== undefined && value.length > domain.maxLength ? `a text of at most ${domain.maxLength} characters` : undefined
    case 'number': return outsideNumber(domain, value)
    case 'boolean': return typeof value === 'boolean' ? undefined : 'true or false'
    case 'choice': return domain.choices.includes(value) ? undefined : `one of ${describeValue(domain.choices)}`
    case 'examples':
      if (!Array.isArray(value)) return 'a list of examples'
      return value.length > domain.max ? `a list of at most ${domain.max} examples` : undefined
    case 'code': return outsideCode(domain, value)
    case 'value': return undefined
  }
}

function outsideNumber({ range, integer }: Extract<Domain, { kind: 'number' }>, value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'a finite number'
  if (integer && !Number.isInteger(value)) return 'a whole number'
  return range !== undefined && (value < range[0] || value > range[1]) ? `a number from ${range[0]} to ${range[1]}` : undefined
}
