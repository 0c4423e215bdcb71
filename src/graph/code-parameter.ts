/** Functions whose code may change: parameters of kind `code`. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { declaration, signatureOf, type CodeDomain, type CodeSource } from './code-source.ts'
import { codeExecutor, noteCodeDeclared } from './context.ts'
import { checkParameterName, parameter as plainParameter, restoredParameter, restoreParameter, type Parameter } from './parameter.ts'
import { scopedName } from './scope.ts'
import type { Projected } from './parameter-options.ts'

/** Options of `parameter.code`. */
export interface CodeOptions extends Projected {
  /** Characters. @defaultValue 20,000 */
  readonly maxLength?: number
  /** The function as it was written; the plugin of `trace-eval/config` fills it in. @defaultValue the text that the function has when it runs, which has no types */
  readonly source?: CodeSource
}

type Func = (...args: never[]) => unknown

const MAX_LENGTH = 20_000
// Functions of this program by their code: they run as they are.
const natives = new WeakMap<object, Map<unknown, Func>>()

/**
 * Declares code that an optimizer may rewrite. Its value is the source of a function; `bundle(fn, { trainable: true })`
 * declares one and calls it. Proposed code must keep the name and the signature, and sees its arguments and the language,
 * nothing else of this program.
 *
 * @throws {TraceEvalError} `PARAMETER_NAME`, or `CODE_SOURCE` when there is no source of a function.
 * @example
 * ```ts
 * const greet = parameter.code('greet', 'function greet(name: string): string {\n  return `Hi ${name}`\n}')
 * greet.kind // 'code'
 * ```
 */
export function codeParameter(givenName: string, code: string | Func, options: CodeOptions = {}): Parameter<string> {
  const declared = new Error('declared')
  const name = scopedName(givenName)
  checkParameterName(name, () => `parameter ${describeValue(name)}`)
  const written = options.source
  const found = declaration(typeof code === 'string' ? code : written?.source ?? String(code), identifier(givenName), typeof code === 'string' ? '' : code.name)
  const signature = found === undefined ? '' : signatureOf(found.source, found.name)
  if (found === undefined || signature === '') {
    throw new TraceEvalError('CODE_SOURCE', `expected a function or an arrow function with its source, received ${describeValue(code)}`,
      { at: `parameter ${describeValue(name)}`, hint: 'Methods, classes, generators, and bound and native functions cannot be rewritten: wrap the call in a function.' })
  }
  const domain: CodeDomain = { kind: 'code', function: found.name, signature, ...(written?.types !== undefined && { types: written.types }), maxLength: Math.max(options.maxLength ?? MAX_LENGTH, found.source.length) }
  const made = restoredParameter(name, domain, { ...options, description: describe(options.description ?? written?.doc, domain), location: written?.location, declared }, found.source) as Parameter<string>
  originals.set(domain, found.source)
  if (made.check(found.source) !== found.source) throw new TraceEvalError('PARAMETER_OPTIONS', 'expected a projection that leaves the declared code as it is', { at: `parameter ${describeValue(name)}` })
  noteCodeDeclared()
  natives.set(made, new Map(typeof code === 'function' ? [[found.source, code]] : []))
  return made
}

const originals = new WeakMap<object, string>()
/** The source that a code parameter was declared with; alone it may use what is around it in its module. @internal */
export const originalOf = (domain: object): string | undefined => originals.get(domain)

const identifier = (name: string): string => name.replaceAll(/[^\w$]+/g, '_').replace(/^(?=\d)/, '_')

function describe(purpose: string | undefined, { signature, types }: CodeDomain): string {
  return [...purpose === undefined ? [] : [purpose], `The code should start with:\n${signature}`, ...types === undefined ? [] : [`Types that it uses:\n${types}`]].join('\n')
}

/** Lets `fn`, imported from the file of accepted code, stand for the code of `target`. @internal */
export function useFunction(target: Parameter<unknown>, fn: Func): void {
  const source = String(fn)
  natives.get(target)?.set(source, fn)
  restoreParameter(target, source)
}

/** Runs the code of `target`: as it is where it is a function of this program, else by whoever can run proposed code. @internal */
export function runCode(target: Parameter<unknown>, source: unknown, self: unknown, args: readonly unknown[]): unknown {
  const native = natives.get(target)?.get(source)
  if (native !== undefined) return native.apply(self as never, args as never[])
  const executor = codeExecutor()
  if (executor === undefined) {
    throw new TraceEvalError('CODE_EXECUTOR', 'expected something that can run proposed code, received none',
      { at: `parameter ${describeValue(target.name)}`, hint: 'Runs of `trace-eval` connect it; elsewhere call `connectCode()` of trace-eval/code.' })
  }
  const domain = target.domain as CodeDomain
  return executor.run({ source: String(source), name: domain.function, isAsync: /^(?:const\b[^=]*=\s*)?async\b/.test(domain.signature), args })
}

/** Declares a value that an optimizer may change, or with `parameter.code` a function. */
export const parameter: typeof plainParameter & {
  readonly code: typeof codeParameter
} = Object.assign(plainParameter, { code: codeParameter })
