/** The output fits a schema. Stage: judge. */
import type { Schema } from '@cfworker/json-schema'
import { describeValue } from '../core/describe-value.ts'
import type { AnySchema, StandardIssue } from '../graph/standard-schema.ts'
import { readJson } from './read-json.ts'
import { sayLines } from './say.ts'
import { makeAsyncScorer, optionError, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'

/** A JSON schema of draft 4, 7, 2019-09 or 2020-12, told by its `$schema`. */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean

/**
 * 1 where the output fits `schema`, else 0, with every complaint and its place. The schema is a Standard Schema (Zod, Valibot, ArkType) or a JSON
 * schema (2020-12 unless its `$schema` says otherwise). An output that is text is read as JSON, unless the schema takes it as it is.
 *
 * @throws {TraceEvalError} `SCORER_OPTIONS` for a schema that is none.
 * @example
 * ```ts
 * import { jsonSchema } from 'trace-eval/judges'
 * const team = jsonSchema({ type: 'object', required: ['team'], properties: { team: { enum: ['billing', 'technical'] } } })
 * const { score, text } = await team('{"team":"sales"}')
 * score // 0
 * text  // 'at team: Instance does not match any of ["billing","technical"].'
 * ```
 */
export function jsonSchema(schema: AnySchema | JsonSchema, options: ScorerOptions = {}): Scorer<unknown, Promise<Scored>> {
  const check = isStandard(schema) ? standardCheck(schema) : jsonCheck(schema)
  return makeAsyncScorer('json schema', options, async (output) => {
    const asItIs = await check(output)
    if (asItIs.length === 0) return { score: 1, text: '' }
    if (typeof output !== 'string') return { score: 0, text: sayLines(asItIs) }
    const read = readJson(output)
    if ('problem' in read) return { score: 0, text: read.problem }
    const problems = await check(read.value)
    return problems.length === 0 ? { score: 1, text: '' } : { score: 0, text: sayLines(problems) }
  })
}

/** Complaints about a value, one line each. */
type Check = (value: unknown) => Promise<readonly string[]>

function isStandard(schema: AnySchema | JsonSchema): schema is AnySchema {
  return (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema
}

function standardCheck(schema: AnySchema): Check {
  return async (value) => {
    const { issues = [] } = await schema['~standard'].validate(value)
    return issues.map(sayIssue)
  }
}

function sayIssue({ message, path }: StandardIssue): string {
  return sayAt((path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)), message)
}

const sayAt = (path: readonly string[], message: string): string => (path.length === 0 ? message : `at ${path.join('.')}: ${message}`)

const drafts = { 'draft-04': '4', 'draft-06': '7', 'draft-07': '7', '2019-09': '2019-09', '2020-12': '2020-12' } as const

function jsonCheck(schema: JsonSchema): Check {
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema))) throw optionError('json schema', 'a schema', schema)
  const named = typeof schema === 'object' && typeof schema['$schema'] === 'string' ? schema['$schema'] : '2020-12'
  const draft = Object.entries(drafts).find(([name]) => named.includes(name))?.[1]
  if (draft === undefined) throw optionError('json schema', 'a $schema of draft 4, 7, 2019-09 or 2020-12', named)
  let validator: Promise<{ validate(value: unknown): { valid: boolean; errors: readonly { keyword: string; instanceLocation: string; error: string }[] } }> | undefined
  return async (value) => {
    // Loaded when a JSON schema is used for the first time.
    validator ??= import('@cfworker/json-schema').then(({ Validator }) => new Validator(schema as Schema, draft, false))
    const { valid, errors } = (await validator).validate(jsonOf(value))
    return valid ? [] : deepest(errors).map(({ instanceLocation, error }) => sayAt(pathOf(instanceLocation), error))
  }
}

/** As JSON would hold it: keys without a value are gone, dates are texts. */
function jsonOf(value: unknown): unknown {
  try {
    const text = JSON.stringify(value) as string | undefined
    return text === undefined ? describeValue(value) : JSON.parse(text)
  } catch {
    return describeValue(value)
  }
}

/** Applicators only repeat that something inside them failed. */
function deepest<E extends { readonly keyword: string; readonly instanceLocation: string }>(errors: readonly E[]): readonly E[] {
  const applicators = new Set(['properties', 'items', 'prefixItems', 'additionalItems', 'patternProperties', '$ref', '$recursiveRef', '$dynamicRef', 'allOf'])
  const found = errors.filter(({ keyword }) => !applicators.has(keyword))
  return found.length === 0 ? errors : found
}

const pathOf = (pointer: string): string[] => pointer.split('/').slice(1).map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
