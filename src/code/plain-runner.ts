/** Proposed code as a plain function of this program, which can do everything that this program can. Stage: code. */
import { compileFunction } from 'node:vm'
import { describeValue } from '../core/describe-value.ts'
import { CodeError } from './code-error.ts'
import { FILE, placeIn } from './failure.ts'
import { prepared } from './prepared.ts'
import type { CodeRunner, CodeRunnerOptions } from './types.ts'

/** The runner of `none`: no limits, no boundary, values as they are. */
export function plainRunner(host: NonNullable<CodeRunnerOptions['host']>): CodeRunner {
  const made = new Map<string, (host: unknown) => unknown>()
  const call = (source: string, name: string, args: readonly unknown[]): unknown => {
    const code = prepared(source, name)
    const key = `${name}\n${code}`
    const failed = (error: unknown): never => {
      const isSyntax = error instanceof SyntaxError && !made.has(key)
      const place = placeIn(error instanceof Error ? error.stack : undefined, source)
      throw new CodeError(isSyntax ? 'CODE_SYNTAX' : 'CODE_ERROR', isSyntax ? `expected JavaScript, received: ${error.message}` : `expected ${name} to return, received ${error instanceof Error ? `${error.name}: ${error.message}` : describeValue(error)}`, { place, source })
    }
    try {
      const make = made.get(key) ?? compileFunction(`"use strict";\n${code}\n;return typeof ${name} === 'function' ? ${name} : undefined`, ['host'], { filename: FILE }) as (host: unknown) => unknown
      made.set(key, make)
      const target = make(host)
      if (typeof target !== 'function') throw new CodeError('CODE_SYNTAX', `expected a function ${name}, received code that declares none`)
      const result: unknown = target(...args)
      return result instanceof Promise ? result.catch(failed) : result
    } catch (error) {
      if (error instanceof CodeError) throw error
      return failed(error)
    }
  }
  return { call: async (source, name, args) => call(source, name, args), callSync: call, dispose: () => { made.clear() } }
}
