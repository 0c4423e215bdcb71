/** What values a parameter may have: its kind and limits, as plain data, and the check. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { applySchema, type AnySchema } from './standard-schema.ts'

/** The kinds of parameters. `value` is any other type, held by a schema. */
export type ParameterKind = 'text' | 'number' | 'boolean' | 'choice' | 'examples' | 'value'

/** What values a parameter may have. An optimizer searches inside it and can go nowhere else. */
export type Domain =
  | { readonly kind: 'text'; readonly maxLength?: number }
  | { readonly kind: 'number'; readonly range?: readonly [low: number, high: number]; readonly integer: boolean; readonly log: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'choice'; readonly choices: readonly unknown[] }
  | { readonly kind: 'examples'; readonly pool: readonly unknown[]; readonly max: number }
  | { readonly kind: 'value' }

/** The options of `parameter`, whichever kind they belong to. */
export interface DomainOptions {
  readonly maxLength?: number
  readonly range?: readonly [number, number]
  readonly integer?: boolean
  readonly log?: boolean
  readonly choices?: readonly unknown[]
  readonly pool?: readonly unknown[]
  readonly max?: number
  readonly schema?: AnySchema
}

const DEFAULT_MAX_EXAMPLES = 8

/** The domain of a parameter that starts with `initial`, or what is wrong with its options. */
export function domainOf(initial: unknown, options: DomainOptions): Domain | { readonly problem: string } {
  if (options.choices !== undefined && options.pool !== undefined) return { problem: 'expected either choices or a pool, received both' }
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
  const repeated = choices.find((choice, index) => choices.indexOf(choice) !== index)
  if (repeated !== undefined) return { problem: `expected different choices, received ${describeValue(repeated)} twice` }
  return { kind: 'choice', choices: [...choices] }
}

function examplesDomain(pool: readonly unknown[], max = Math.min(DEFAULT_MAX_EXAMPLES, pool.length)): Domain | { problem: string } {
  if (!Array.isArray(pool) || pool.length === 0) return { problem: 'expected a pool with at least one example, received none' }
  if (!Number.isInteger(max) || max < 1) return { problem: `expected max to be a whole number from 1 up, received ${describeValue(max)}` }
  return { kind: 'examples', pool: [...pool], max }
}

function numberDomain({ range, integer = false, log = false }: DomainOptions): Domain | { problem: string } {
  if (range === undefined) return log ? { problem: 'expected a range for a logarithmic scale, received none' } : { kind: 'number', integer, log }
  const [low, high] = range
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
  return schema === undefined ? { value } : applySchema(schema, value)
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
    case 'value': return undefined
  }
}

function outsideNumber({ range, integer }: Extract<Domain, { kind: 'number' }>, value: unknown): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'a finite number'
  if (integer && !Number.isInteger(value)) return 'a whole number'
  return range !== undefined && (value < range[0] || value > range[1]) ? `a number from ${range[0]} to ${range[1]}` : undefined
}
