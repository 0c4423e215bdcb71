/** The output fits a schema. Stage: judge. */
import { jsonSchemaCheck, sayAt, type JsonCheck, type JsonSchema } from '../core/json-schema.ts'
import type { AnySchema, StandardIssue } from '../graph/standard-schema.ts'
import { readJson } from './read-json.ts'
import { sayLines } from './say.ts'
import { makeAsyncScorer, optionError, type Scored, type Scorer, type ScorerOptions } from './scorer.ts'

export type { JsonSchema }

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

function isStandard(schema: AnySchema | JsonSchema): schema is AnySchema {
  return (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema
}

function standardCheck(schema: AnySchema): JsonCheck {
  return async (value) => {
    const { issues = [] } = await schema['~standard'].validate(value)
    return issues.map(sayIssue)
  }
}

function sayIssue({ message, path }: StandardIssue): string {
  return sayAt((path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)), message)
}

function jsonCheck(schema: JsonSchema): JsonCheck {
  const made = jsonSchemaCheck(schema)
  if (!('check' in made)) throw optionError('json schema', made.expected, made.received)
  return made.check
}
