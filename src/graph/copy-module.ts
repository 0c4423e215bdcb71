/** Copies of objects whose fields are parameters and bundles. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { currentContext, runInContext } from './context.ts'
import { isCollection, isHolder, membersOf, parameterIn, parametersOf } from './module.ts'
import { peek, settled } from './origin.ts'
import { checkParameterName, isParameter, restoredParameter, type Parameter, type ParameterDetails } from './parameter.ts'

/** Options of `copyModule`. */
export interface CopyOptions {
  /** The copy uses the parameters of the original. @defaultValue false: it has its own, with the values of now */
  readonly share?: boolean
  /** Names of the copy's own parameters, which two copies in one workflow need. @defaultValue the same names */
  readonly rename?: (name: string, path: string) => string
}

/** What is known while one copy is made. */
interface Copying { readonly options: CopyOptions; readonly own: Map<object, Parameter<unknown>>; readonly copies: Map<object, object>; readonly modules: Set<object> }

/**
 * A copy of an object with parameters of its own, or with shared ones. Plain objects, arrays, maps, sets and dates are copied, and so
 * are instances that hold parameters or bundles, at any depth; other instances are shared. No constructor and no accessor is run.
 *
 * Functions in fields, bundles among them, still close over the original object; called through the copy they
 * see the copy's parameters, but other fields of the original. Methods see the copy. An object with `#private` fields cannot be copied
 * from outside: make a new one and give it the values with `loadModule(copy, saveModule(original))`.
 *
 * @throws {TraceEvalError} `PARAMETER_NAME` when `rename` answers something that is no name.
 * @example
 * ```ts
 * class Agent {
 *   tone = parameter('tone', 'Be kind.')
 *   greet = bundle((name: string) => `${this.tone.value} Hello ${name}!`, { name: 'greet' })
 * }
 * const [first, second] = ['first', 'second'].map((prefix) => copyModule(new Agent(), { rename: (name) => `${prefix}.${name}` }))
 * second.tone.name // 'second.tone'
 * reachedParameters([second.greet('Ada')]).map(({ name }) => name) // ['second.tone']
 * ```
 */
export function copyModule<T extends object>(instance: T, options: CopyOptions = {}): T {
  const own = new Map<object, Parameter<unknown>>()
  if (options.share !== true) {
    for (const [path, parameter] of Object.entries(parametersOf(instance))) own.set(parameter, copyParameter(parameter, options.rename?.(parameter.name, path) ?? parameter.name))
  }
  return copyValue(instance, { options, own, copies: new Map(), modules: modulesIn(instance) }) as T
}

function copyParameter(original: Parameter<unknown>, name: string): Parameter<unknown> {
  checkParameterName(name, () => `a copy of parameter ${describeValue(original.name)}`)
  const { domain, description, location, schema, project } = original as Parameter<unknown> & ParameterDetails
  return restoredParameter(name, domain, { description, location, ...schema && { schema }, ...project && { project } }, peek(settled(original)))
}

function copyValue(value: unknown, copying: Copying): unknown {
  if (isParameter(value)) return copying.own.get(value) ?? value
  if (typeof value === 'function') return copying.own.size === 0 ? value : rebound(value as Func, copying.own)
  if (!isHolder(value)) return value
  const known = copying.copies.get(value)
  if (known !== undefined) return known
  if (value instanceof Date) return new Date(value)
  if (isCollection(value)) return copyCollection(value, copying)
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = Array.isArray(value) || prototype === null || prototype === Object.prototype
  if (!isPlain && !copying.modules.has(value)) return value
  const copy = (Array.isArray(value) ? [] : Object.create(prototype as object | null)) as object
  copying.copies.set(value, copy)
  const fields = Object.getOwnPropertyDescriptors(value) as Record<PropertyKey, PropertyDescriptor>
  for (const key of Reflect.ownKeys(fields)) {
    const field = fields[key]!
    Object.defineProperty(copy, key, 'value' in field && field.enumerable === true ? { ...field, value: copyValue(field.value, copying) } : field)
  }
  return copy
}

function copyCollection(value: Map<unknown, unknown> | Set<unknown>, copying: Copying): unknown {
  const copy = value instanceof Map ? new Map<unknown, unknown>() : new Set<unknown>()
  copying.copies.set(value, copy)
  for (const [key, inner] of value.entries()) {
    if (copy instanceof Map) copy.set(key, copyValue(inner, copying))
    else copy.add(copyValue(inner, copying))
  }
  return copy
}

type Func = (this: unknown, ...args: unknown[]) => unknown

/** The same function, for which the copy's parameters stand in place of the original's. Classes stay what they are. */
function rebound(original: Func, own: ReadonlyMap<object, Parameter<unknown>>): Func {
  if (/^class\b/.test(Function.prototype.toString.call(original))) return original
  const call: Func = function (...args) {
    const context = currentContext()
    const viewOf = (target: object) => {
      const mine = own.get(target)
      return mine === undefined ? context.values?.viewOf(target) : settled(mine)
    }
    return runInContext({ ...context, values: { viewOf } }, () => original.apply(this, args))
  }
  const fields = Object.getOwnPropertyDescriptors(original) as Record<PropertyKey, PropertyDescriptor>
  const code = parameterIn(original)
  if (code !== undefined) fields['parameter'] = { ...fields['parameter'], value: own.get(code) ?? code }
  return Object.defineProperties(call, fields)
}

/** The instances that hold parameters or functions, and those on the way to them. */
function modulesIn(root: object): Set<object> {
  const modules = new Set([root])
  const seen = new Set<object>()
  const look = (value: object, depth: number): boolean => {
    if (seen.has(value) || depth > 100) return modules.has(value)
    seen.add(value)
    for (const [, inner] of membersOf(value)) {
      const holds = typeof inner === 'function' || isParameter(inner) || (isHolder(inner) && look(inner, depth + 1))
      if (holds) modules.add(value)
    }
    return modules.has(value)
  }
  look(root, 0)
  return modules
}
