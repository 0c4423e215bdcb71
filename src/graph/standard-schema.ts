/** The part of the Standard Schema interface (https://standardschema.dev) that constraints use. Stage: graph. */

/** Any schema of Zod, Valibot, ArkType or another library that follows Standard Schema 1. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a schema answers. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/** One complaint of a schema. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

// oxlint-disable-next-line no-explicit-any -- a schema of any input and output
export type AnySchema = StandardSchema<any, any>
// oxlint-disable-next-line no-explicit-any
export type SchemaInput<S> = S extends StandardSchema<infer Input, any> ? Input : never
// oxlint-disable-next-line no-explicit-any
export type SchemaOutput<S> = S extends StandardSchema<any, infer Output> ? Output : never

/** Complaints of `schema` about `value`, each with its path; or the value it answers. */
export function applySchema<Output>(schema: StandardSchema<unknown, Output>, value: unknown): { value: Output } | { problem: string } {
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) {
    result.catch(() => undefined)
    return { problem: 'the schema validates asynchronously; a constraint must answer at once' }
  }
  if (result.issues === undefined) return { value: result.value }
  return { problem: result.issues.map(formatIssue).join('; ') }
}

function formatIssue({ message, path }: StandardIssue): string {
  if (path === undefined || path.length === 0) return message
  return `${path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')}: ${message}`
}
