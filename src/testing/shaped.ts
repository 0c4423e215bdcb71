/** What a contract is given, looked at before any law: a slip in its shape is told in words. Stage: testing. */
import { TraceEvalError } from '../core/errors.ts'
import { describeValue } from '../core/describe-value.ts'

/** What a part must have, by name: a function, a list, or a text. */
type Fields = Readonly<Record<string, 'function' | 'list' | 'text'>>

const ARTICLES = { function: 'a function', list: 'a list', text: 'a text' } as const

/**
 * `make`, whose parts are known to have these fields.
 *
 * @throws {TraceEvalError} `CONTRACT_SHAPE` when `make` is no function; (where it is called) when a field is missing, or of another kind.
 */
export function shaped<T extends object>(what: string, fields: Fields, page: string, make: () => T): () => T {
  const hint = `See ${page}.`
  if (typeof make !== 'function') {
    throw new TraceEvalError('CONTRACT_SHAPE', `expected a function that makes a fresh ${what}, received ${describeValue(make)}`, { hint: `Write () => … around it. ${hint}` })
  }
  return () => {
    // Written by users, in JavaScript too: the type is what they promise.
    const made: unknown = make()
    if (typeof made !== 'object' || made === null) throw new TraceEvalError('CONTRACT_SHAPE', `expected ${what} as an object, received ${describeValue(made)}`, { hint })
    for (const [name, kind] of Object.entries(fields)) {
      const value: unknown = Reflect.get(made, name)
      if (kindOf(value) !== kind) throw new TraceEvalError('CONTRACT_SHAPE', `expected ${ARTICLES[kind]} as \`${name}\`, received ${describeValue(value)}`, { at: what, hint })
    }
    return made as T
  }
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value === 'string' ? 'text' : typeof value
}
