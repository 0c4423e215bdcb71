/** Saved values, given back to parameters: what production calls. Stage: graph. */
import { TraceEvalError } from '../core/errors.ts'
import { isParameter, setParameter, type Parameter } from './parameter.ts'
import { describeValue } from '../core/describe-value.ts'
import { peek } from './origin.ts'

/** The content of a `*.params.json` file, as `import saved from './route.params.json' with { type: 'json' }` gives it. */
export interface SavedParameters {
  readonly workflows: Readonly<Record<string, { readonly parameters: Readonly<Record<string, { readonly value: unknown }>> }>>
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
 * that are no parameters are skipped, so a module's namespace can be handed over whole.
 *
 * @throws {TraceEvalError} `PARAMETER_VALUE` when a saved value does not fit, `PARAMETERS_FILE` when `saved` has
 * another form or two workflows disagree about one parameter,
 * `PARAMETER_NAME` when two parameters have the same name.
 * @example
 * ```ts no-run
 * import saved from './route.params.json' with { type: 'json' }
 * import * as route from './route.ts'
 * loadParameters(saved, route)
 * ```
 */
export function loadParameters(saved: SavedParameters, parameters: Readonly<Record<string, unknown>> | readonly Parameter<unknown>[]): LoadedParameters {
  const values = savedValues(saved)
  const known = byName(parametersIn(parameters, new Set()))
  const fitting = [...known.values()].filter(({ name }) => values.has(name)).map((found) => [found, found.check(values.get(found.name))] as const)
  for (const [found, value] of fitting) setParameter(found, value)
  const applied = fitting.map(([{ name }]) => name)
  return {
    applied,
    missing: [...known.keys()].filter((name) => !applied.includes(name)),
    unknown: [...values.keys()].filter((name) => !known.has(name)),
  }
}

/** Parameters among the members of plain objects, arrays and modules, at any depth: `weights.links` of a module is found. */
function parametersIn(value: unknown, seen: Set<unknown>): Parameter<unknown>[] {
  if (isParameter(value)) return [value]
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

function savedValues(saved: SavedParameters): Map<string, unknown> {
  const values = new Map<string, unknown>()
  for (const [workflow, entry] of Object.entries(record(record(saved, 'a params file')['workflows'], 'workflows'))) {
    for (const [name, stored] of Object.entries(record(record(entry, `workflow ${workflow}`)['parameters'], `parameters of ${workflow}`))) {
      const { value } = record(stored, `parameter ${name}`)
      if (values.has(name) && JSON.stringify(values.get(name)) !== JSON.stringify(value)) {
        throw new TraceEvalError('PARAMETERS_FILE', `expected one value for parameter ${JSON.stringify(name)}, received ${describeValue(values.get(name))} and ${describeValue(value)} from two workflows`,
          { hint: 'Load the workflows one by one, or give the parameters different names.' })
      }
      values.set(name, value)
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
