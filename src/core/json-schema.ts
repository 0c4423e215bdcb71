/** Whether a value fits a JSON schema. Stage: core. */
import type { Schema } from '@cfworker/json-schema'
import { describeValue } from './describe-value.ts'

/** A JSON schema of draft 4, 7, 2019-09 or 2020-12, told by its `$schema`; 2020-12 without one. */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean

/** Complaints about a value, one line each, with their place. */
export type JsonCheck = (value: unknown) => Promise<readonly string[]>

const drafts = { 'draft-04': '4', 'draft-06': '7', 'draft-07': '7', '2019-09': '2019-09', '2020-12': '2020-12' } as const

/** The check of `schema`, or what is wrong with the schema itself: `expected` and `received`. */
export function jsonSchemaCheck(schema: JsonSchema): { readonly check: JsonCheck } | { readonly expected: string; readonly received: unknown } {
  if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema))) return { expected: 'a schema', received: schema }
  const named = typeof schema === 'object' && typeof schema['$schema'] === 'string' ? schema['$schema'] : '2020-12'
  const draft = Object.entries(drafts).find(([name]) => named.includes(name))?.[1]
  if (draft === undefined) return { expected: 'a $schema of draft 4, 7, 2019-09 or 2020-12', received: named }
  let validator: Promise<{ validate(value: unknown): { valid: boolean; errors: readonly { keyword: string; instanceLocation: string; error: string }[] } }> | undefined
  return {
    check: async (value) => {
      // Loaded when a JSON schema is used for the first time.
      validator ??= import('@cfworker/json-schema').then(({ Validator }) => new Validator(schema as Schema, draft, false))
      const { valid, errors } = (await validator).validate(jsonOf(value))
      return valid ? [] : deepest(errors).map(({ instanceLocation, error }) => sayAt(pathOf(instanceLocation), error))
    },
  }
}

/** A complaint, with the place it is about. */
export const sayAt = (path: readonly string[], message: string): string => (path.length === 0 ? message : `at ${path.join('.')}: ${message}`)

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
