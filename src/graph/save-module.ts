/** The values of an object's parameters as plain JSON, and back. Stage: graph. */
import { canonicalJson } from '../core/canonical-json.ts'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { ParameterKind } from './domain.ts'
import type { LoadedParameters } from './load-parameters.ts'
import { parametersOf } from './module.ts'
import { peek } from './origin.ts'
import { setParameter } from './parameter.ts'

/** The values of a module by path, as plain JSON. */
export interface SavedModule {
  readonly parameters: Readonly<Record<string, { readonly kind: ParameterKind; readonly value: unknown }>>
}

/**
 * The values that the parameters of an object have now, as plain JSON: by path, so that several instances of one class in it
 * stay apart.
 *
 * @throws {TraceEvalError} `MODULE_VALUE` when JSON cannot hold a value.
 * @example
 * ```ts
 * saveModule({ tone: parameter('tone', 'Be kind.') }) // { parameters: { tone: { kind: 'text', value: 'Be kind.' } } }
 * ```
 */
export function saveModule(instance: object): SavedModule {
  return {
    parameters: Object.fromEntries(Object.entries(parametersOf(instance)).map(([path, parameter]) => {
      const value = peek(parameter)
      const text = jsonOf(value)
      const copy: unknown = text === undefined ? undefined : JSON.parse(text)
      if (text !== undefined && canonicalJson(copy) === canonicalJson(value)) return [path, { kind: parameter.kind, value: copy }]
      throw new TraceEvalError('MODULE_VALUE', `expected a value that JSON can hold, received ${describeValue(value)}`, { at: `parameter ${describeValue(path)}` })
    })),
  }
}

/** Nothing where JSON refuses it: a bigint, or a value that holds itself. */
function jsonOf(value: unknown): string | undefined {
  try { return JSON.stringify(value) as string | undefined } catch { return undefined }
}

/**
 * Gives the parameters of an object the values that `saveModule` wrote: all, or none when one does not fit. Values are
 * checked as those of `loadParameters`. Parameters that were not saved keep their value; the answer lists paths.
 *
 * @throws {TraceEvalError} `MODULE_FILE` when `saved` has another form or a parameter another kind, `PARAMETER_VALUE` when
 * a value does not fit.
 * @example
 * ```ts
 * const [agent, fresh] = [{ limit: parameter('limit', 7) }, { limit: parameter('limit', 1), tone: parameter('tone', 'x') }]
 * loadModule(fresh, saveModule(agent)) // { applied: ['limit'], missing: ['tone'], unknown: [] }
 * fresh.limit.value // 7
 * ```
 */
export function loadModule(instance: object, saved: SavedModule): LoadedParameters {
  const own = parametersOf(instance)
  const values = record(record(saved, 'a saved module')['parameters'], 'parameters')
  const fitting = Object.entries(own).filter(([path]) => Object.hasOwn(values, path)).map(([path, parameter]) => {
    const { kind, value } = record(values[path], `parameter ${path}`)
    if (kind !== parameter.kind) throw new TraceEvalError('MODULE_FILE', `expected a value of kind ${parameter.kind}, received one of ${describeValue(kind)}`, { at: `parameter ${describeValue(path)}`, hint: 'The class has changed since it was saved.' })
    return { path, parameter, value: parameter.check(value) }
  })
  for (const { parameter, value } of fitting) setParameter(parameter, value)
  return {
    applied: fitting.map(({ path }) => path),
    missing: Object.keys(own).filter((path) => !Object.hasOwn(values, path)),
    unknown: Object.keys(values).filter((path) => !Object.hasOwn(own, path)),
  }
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new TraceEvalError('MODULE_FILE', `expected an object for ${what}, received ${describeValue(value)}`, { hint: 'Pass what `saveModule` answered.' })
}
