/** One of several things, by the name a person typed. Stage: cli. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { nearestName } from '../core/text.ts'

/**
 * The first of `all` that goes by `wanted`, else the only one with a name that contains it, in any case.
 *
 * @param namesOf - The names of one, the one to suggest first.
 * @throws {TraceEvalError} `SHOW_UNKNOWN`, with the nearest name.
 */
export function namedOrRefuse<T>(what: string, wanted: string | undefined, all: readonly T[], namesOf: (one: T) => readonly string[]): T {
  const found = wanted === undefined ? undefined : all.find((one) => namesOf(one).includes(wanted)) ?? onlyOneWith(wanted, all, namesOf)
  return found ?? refuse(what, wanted, all.map((one) => namesOf(one)[0]!))
}

function onlyOneWith<T>(part: string, all: readonly T[], namesOf: (one: T) => readonly string[]): T | undefined {
  const folded = part.toLowerCase()
  const [one, ...others] = folded === '' ? [] : all.filter((candidate) => namesOf(candidate).some((name) => name.toLowerCase().includes(folded)))
  return others.length === 0 ? one : undefined
}

function refuse(what: string, wanted: string | undefined, names: readonly string[]): never {
  const near = wanted === undefined ? undefined : nearestName(wanted, names)
  const some = names.slice(0, 5).map((name) => describeValue(name)).join(', ')
  const hint = near !== undefined ? `Did you mean ${describeValue(near)}?` : names.length === 0 ? `It had no ${what}.` : `It had ${some}${names.length > 5 ? ` and ${names.length - 5} more` : ''}.`
  throw new TraceEvalError('SHOW_UNKNOWN', `expected a ${what} of the last run, received ${wanted === undefined ? 'no name' : describeValue(wanted)}`, { hint })
}
