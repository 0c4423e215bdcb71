/** The schema of an answer: as the server is told it, and as the answer is checked. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { jsonSchemaCheck } from '../../core/json-schema.ts'
import type { AnySchema, SchemaOutput, StandardIssue } from '../../graph/standard-schema.ts'
import type { JsonSchema } from '../model.ts'

/** What a schema makes of an answer: of a JSON schema nothing is known. */
export type AnswerOf<S> = S extends AnySchema ? SchemaOutput<S> : unknown

/** A value that fits, as the schema gives it back, or complaints. */
type Checked = { readonly value: unknown } | { readonly problems: readonly string[] }

/** Both sides of a schema. */
export interface AnswerSchema {
  /** None where a Standard Schema does not say it. */
  readonly jsonSchema: JsonSchema | undefined
  check(value: unknown): Promise<Checked>
}

/** @throws {TraceEvalError} `MODEL_SCHEMA_OPTIONS` for what is no schema. */
export function answerSchema(schema: AnySchema | JsonSchema): AnswerSchema {
  if ((typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema) return standardAnswer(schema as AnySchema)
  const made = jsonSchemaCheck(schema)
  if (!('check' in made)) throw new TraceEvalError('MODEL_SCHEMA_OPTIONS', `expected ${made.expected} for the answer, received ${describeValue(made.received)}`, { hint: 'Give a Standard Schema (Zod, Valibot, ArkType) or a JSON schema.' })
  return {
    jsonSchema: schema,
    async check(value) {
      const problems = await made.check(value)
      return problems.length === 0 ? { value } : { problems }
    },
  }
}

function standardAnswer(schema: AnySchema): AnswerSchema {
  return {
    jsonSchema: writtenSchema(schema),
    async check(value) {
      const result = await schema['~standard'].validate(value)
      return result.issues === undefined ? { value: result.value } : { problems: result.issues.map(sayIssue) }
    },
  }
}

/** Libraries say what they take as a JSON schema in two ways: beside `validate` (Standard JSON Schema), or not at all. */
function writtenSchema(schema: AnySchema): JsonSchema | undefined {
  const { jsonSchema } = schema['~standard'] as { jsonSchema?: { input?: (options: { target: string }) => JsonSchema } }
  try {
    const written = jsonSchema?.input?.({ target: 'draft-2020-12' })
    if (written === undefined) return undefined
    const { $schema: _, ...rest } = written
    return rest
  } catch {
    // A transform or a refinement that JSON schema has no words for: the answer is checked all the same.
    return undefined
  }
}

function sayIssue({ message, path = [] }: StandardIssue): string {
  const at = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return at === '' ? message : `at ${at}: ${message}`
}
