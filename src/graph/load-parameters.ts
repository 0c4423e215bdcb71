/** Saved values, given back to parameters: what production calls. Stage: graph. */
import { TraceEvalError } from '../core/errors.ts'
import { useFunction } from './code-parameter.ts'
import { isParameter, setParameter, type Parameter } from './parameter.ts'
import { describeValue } from '../core/describe-value.ts'
import { peek } from './origin.ts'

/** The content of a `*.params.json` file, as `import saved from './route.params.json' with { type: 'json' }` gives it. */
export interface SavedParameters {
  readonly workflows: Readonly<Record<string, { readonly parameters: Readonly<Record<string, { readonly value?: unknown; readonly file?: string; readonly hash?: string }>> }>>
}

/** What `loadParameters` did, by parameter name. */
export interface LoadedParameters {
  /** Parameters that have their saved value now. */
  readonly applied: readonly string[]
  /** Given parameters that the file has no value for; they keep theirs. */
  readonly missing: readonly string[]
  /** Saved values whose parameter was not given. */
  readonly unknown: readonly string[]
}

/**
 * Gives each parameter its saved value: all, or none when one of them does not fit. Entries of `parameters`
 * that are no parameters are skipped, so a module's namespace can be handed over whole. Saved code stands in files of its
 * own: `functions` are what they export, by parameter name; trainable bundles then run these as ordinary code.
 *
 * @throws {TraceEvalError} `PARAMETER_VALUE` when a saved value does not fit, `PARAMETERS_FILE` when `saved` has
 * another form or two workflows disagree about one parameter, `CODE_FUNCTION` when saved code comes without its function,
 * `PARAMETER_NAME` when two parameters have the same name.
 * @example
 * ```ts no-run
 * import saved from './route.params.json' with { type: 'json' }
 * import * as route from './route.ts'
 * loadParameters(saved, route)
 * ```
 */
export function loadParameters(
  saved: SavedParameters, parameters: Readonly<Record<string, unknown>> | readonly Parameter<unknown>[], functions: Readonly<Record<string, unknown>> = {},
): LoadedParameters {
  const values = savedValues(saved)
  const known = byName(parametersIn(parameters, new Set()))
  const fitting = [...known.values()].filter(({ name }) => values.has(name)).map((found) => [found, loadedValue(found, values.get(found.name)!, functions)] as const)
  for (const [found, value] of fitting) {
    if (typeof value === 'function') useFunction(found, value as () => unknown)
    else setParameter(found, value)
  }
  const applied = fitting.map(([{ name }]) => name)
  return {
    applied,
    missing: [...known.keys()].filter((name) => !applied.includes(name)),
    unknown: [...values.keys()].filter((name) => !known.has(name)),
  }
}

/** The checked value, or the function that stands for saved code. */
function loadedValue(found: Parameter<unknown>, { value, file }: Stored, functions: Readonly<Record<string, unknown>>): unknown {
  if (file === undefined) return found.check(value)
  const fn = Object.hasOwn(functions, found.name) ? functions[found.name] : undefined
  if (typeof fn === 'function' && found.kind === 'code') return fn
  throw new TraceEvalError('CODE_FUNCTION', `expected the function of saved code for parameter ${JSON.stringify(found.name)}, received ${describeValue(fn)}`,
    { at: `parameter ${describeValue(found.name)}`, hint: `Import it from ${JSON.stringify(file)} beside the params file and pass it: loadParameters(saved, parameters, { ${JSON.stringify(found.name)}: … }).` })
}

/** Parameters among the members of plain objects, arrays and modules, at any depth: `weights.links` of a module is found. */
function parametersIn(value: unknown, seen: Set<unknown>): Parameter<unknown>[] {
  if (isParameter(value)) return [value]
  // A trainable bundle is a function that holds its code.
  if (typeof value === 'function') return isParameter((value as { parameter?: unknown }).parameter) ? [(value as unknown as { parameter: Parameter<unknown> }).parameter] : []
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = Array.isArray(value) || prototype === null || prototype === Object.prototype
  return isPlain ? Object.values(value).flatMap((member) => parametersIn(member, seen)) : []
}

function byName(parameters: readonly Parameter<unknown>[]): Map<string, Parameter<unknown>> {
  const known = new Map<string, Parameter<unknown>>()
  for (const found of parameters) {
    if ((known.get(found.name) ?? found) !== found) throw new TraceEvalError('PARAMETER_NAME', `expected parameters of different names, received ${describeValue(found.name)} twice`)
    known.set(found.name, found)
  }
  return known
}

/** A saved value, or the file of saved code. */
interface Stored { readonly value: unknown; readonly file: string | undefined }

function savedValues(saved: SavedParameters): Map<string, Stored> {
  const values = new Map<string, Stored>()
  for (const [workflow, entry] of Object.entries(record(record(saved, 'a params file')['workflows'], 'workflows'))) {
    for (const [name, stored] of Object.entries(record(record(entry, `workflow ${workflow}`)['parameters'], `parameters of ${workflow}`))) {
      const { value, file } = record(stored, `parameter ${name}`)
      const other = values.get(name)
      if (other !== undefined && JSON.stringify(other.value) !== JSON.stringify(value)) {
        throw new TraceEvalError('PARAMETERS_FILE', `expected one value for parameter ${JSON.stringify(name)}, received ${describeValue(other.value)} and ${describeValue(value)} from two workflows`,
          { hint: 'Load the workflows one by one, or give the parameters different names.' })
      }
      values.set(name, { value, file: value === undefined && typeof file === 'string' ? file : undefined })
    }
  }
  return values
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new TraceEvalError('PARAMETERS_FILE', `expected an object for ${what}, received ${describeValue(value)}`,
    { hint: 'Pass the content of the *.params.json file that `trace-eval accept` wrote.' })
}

/** The values that parameters have now, by name. */
export function currentValues(parameters: Iterable<Parameter<unknown>>): Record<string, unknown> {
  return Object.fromEntries(Array.from(parameters, (found) => [found.name, peek(found)]))
}
