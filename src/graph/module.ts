/** Objects whose fields are parameters and bundles, nested: which parameters they hold. Stage: graph. */
import { isNode } from './origin.ts'
import { isParameter, type Parameter } from './parameter.ts'

/** Deeper than this nobody looks for parameters. */
const MAX_DEPTH = 100

/**
 * The parameters of an object, by path: those in its fields, and in fields of plain objects, arrays, maps, sets and
 * instances of any class inside it, at any depth up to 100. The code of a trainable bundle stands under the name of the bundle's field. Each
 * parameter is listed once, under the first path that leads to it.
 *
 * Of a class its static fields count. No base class and no registration is needed. Only own, enumerable fields that hold data are looked at: accessors are never run.
 *
 * @example
 * ```ts
 * class Agent {
 *   tone = parameter('tone', 'Be kind.')
 *   tools = [{ limit: parameter('limit', 3) }]
 * }
 * Object.keys(parametersOf(new Agent())) // ['tone', 'tools.0.limit']
 * ```
 */
export function parametersOf(instance: object): Readonly<Record<string, Parameter<unknown>>> {
  const found = new Map<Parameter<unknown>, string>()
  walk(instance, [], found, new Set())
  // Defines fields, also one named `__proto__`.
  return Object.fromEntries(Array.from(found, ([parameter, path]) => [path, parameter]))
}

function walk(value: unknown, path: readonly string[], found: Map<Parameter<unknown>, string>, seen: Set<unknown>): void {
  const parameter = parameterIn(value)
  if (parameter !== undefined) {
    if (!found.has(parameter)) found.set(parameter, path.join('.'))
    return
  }
  if ((!isHolder(value) && !isClass(value)) || path.length > MAX_DEPTH || seen.has(value)) return
  seen.add(value)
  for (const [key, inner] of membersOf(value)) walk(inner, [...path, key], found, seen)
}

/** The parameter that a field holds: itself, or the code of a trainable bundle. @internal */
export function parameterIn(value: unknown): Parameter<unknown> | undefined {
  if (isParameter(value)) return value
  const code: unknown = typeof value === 'function' ? Object.getOwnPropertyDescriptor(value, 'parameter')?.value : undefined
  return isParameter(code) ? code : undefined
}

/** Whether fields of `value` may hold parameters. @internal */
export function isHolder(value: unknown): value is object { return typeof value === 'object' && value !== null && !isNode(value) }

/** A class has static fields; of other functions nobody expects any. */
const isClass = (value: unknown): value is object => typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))

/** What `value` holds, with the part of a path that leads there: own, enumerable fields that hold data; the values of a map or set. @internal */
export function membersOf(value: object): [string, unknown][] {
  // A subclass may have accessors of its own.
  if (isCollection(value)) return Array.from(value.entries(), ([key, inner], index) => [value instanceof Set ? String(index) : segment(key, index), inner])
  return Object.entries(Object.getOwnPropertyDescriptors(value)).filter(([, field]) => field.enumerable === true && 'value' in field)
    .map(([key, field]) => [segment(key, 0), field.value as unknown])
}

/** @internal */
export function isCollection(value: object): value is Map<unknown, unknown> | Set<unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Map.prototype || prototype === Set.prototype
}

// A key that could be read as two is quoted; keys of a map that are no texts stand in brackets.
function segment(key: unknown, index: number): string {
  if (typeof key === 'string') return key === '' || key.includes('.') || key.startsWith('[') ? `[${JSON.stringify(key)}]` : key
  return typeof key === 'number' ? `[${key}]` : `[#${index}]`
}
