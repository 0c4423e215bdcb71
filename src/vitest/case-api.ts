/** `it`: how cases are written. Stage: vitest. */
import type { ExpectStatic } from 'vitest'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { Plain, TraceableArgs } from '../graph/types.ts'
import { formatCaseId } from './case-id.ts'

/** What a case function gets. */
export interface CaseTools<Args extends readonly unknown[], R> {
  /** Runs the workflow, traced, and gives its plain result. May be called several times; all calls are traced. */
  readonly run: (...args: TraceableArgs<Args>) => Promise<Plain<Awaited<R>>>
  /** The `expect` of this case. The imported one works as well. */
  readonly expect: ExpectStatic
  /**
   * A named part of the case. A failure inside, or the answer `false`, does not end the case; the score of the case is the weighted share
   * of checks that held. Answers whether it held. @defaultValue weight 1
   */
  readonly check: (name: string, fn: () => unknown, options?: CheckOptions) => Promise<boolean>
  /** Gives the case a score, 0 to 1, and advice to whoever proposes values. Several calls are averaged. */
  readonly feedback: (score: number, text?: string) => void
  /** Aborts when the case times out or the run is stopped. */
  readonly signal: AbortSignal
  /** Runs `fn` after this run of the case, whatever its outcome; the last one registered runs first. */
  readonly onTestFinished: (fn: () => unknown) => void
}

export interface CheckOptions {
  /** How much the check counts, against 1. @defaultValue 1 */
  readonly weight?: number
}

/** Options of a case. */
export interface CaseOptions {
  /** Milliseconds. @defaultValue that of the workflow */
  readonly timeout?: number
  readonly tags?: readonly string[]
  /** Runs per set of values. @defaultValue that of the workflow */
  readonly trials?: number
  /** The workflow fails when this case does, whatever its score. @defaultValue false */
  readonly mustPass?: boolean
  /** Cases of one cluster (a document, a customer) are never split between learning and holding out. @defaultValue the case itself */
  readonly cluster?: string
}

export type CaseFunction<Args extends readonly unknown[], R> = (tools: CaseTools<Args, R>) => unknown
export type RowFunction<Row, Args extends readonly unknown[], R> = (row: Row, tools: CaseTools<Args, R>) => unknown

/** Adds cases, as Vitest's `test` adds tests. */
export interface CaseApi<Args extends readonly unknown[], R> {
  (name: string, fn: CaseFunction<Args, R>): void
  (name: string, options: CaseOptions, fn: CaseFunction<Args, R>): void
  /**
   * One case per row. Titles are formatted as Vitest does: `$id`, `$input.text`, `%s`, `%#`. Rows may come from an
   * async iterable; inside a nested `describe`, await what the second call returns.
   */
  for<Row>(rows: Iterable<Row> | AsyncIterable<Row>, options?: CaseOptions | ((row: Row, index: number) => CaseOptions)):
    (title: string, fn: RowFunction<Row, Args, R>) => void | Promise<void>
}

/** What the function given to `describeWorkflow` gets. */
export interface WorkflowApi<Args extends readonly unknown[], R> extends CaseApi<Args, R> {
  /** Runs these cases only; the run is partial then: it measures, and neither optimizes nor gates. */
  readonly only: CaseApi<Args, R>
  /** Leaves the case out of the suite. */
  readonly skip: CaseApi<Args, R>
  /** A case that is not written yet. */
  readonly todo: (name: string) => void
}

type CaseMode = 'run' | 'only' | 'skip'

/** Under this key the meta of a native test holds the index of its definition. A symbol stays in the worker. */
export const definitionKey: unique symbol = Symbol.for('trace-eval.definition') as never

/** A case as it was written down. */
export interface CaseDefinition {
  readonly index: number
  /** With the fields of its row; the name of its test. */
  readonly title: string
  readonly mode: CaseMode
  readonly options: CaseOptions
  /** The row of `it.for`; handed to the function as a copy of its own. */
  readonly row: { readonly value: unknown } | undefined
  readonly fn: (...args: never[]) => unknown
}

/** Takes a definition in. */
export type Register = (definition: Omit<CaseDefinition, 'index'>) => void

/** Builds `it`; asynchronous rows are collected into `pending`. */
export function makeCaseApi(register: Register, todo: (name: string) => void, pending: Promise<void>[]): WorkflowApi<never[], unknown> {
  const api = (mode: CaseMode): CaseApi<never[], unknown> => {
    const one = (title: string, second: unknown, third?: unknown): void => {
      if (typeof second === 'function' && third !== undefined) refuseMore(title, third, `it(title, { tags: ['billing'] }, async ({ run }) => { … })`)
      const [options, fn] = typeof second === 'function' ? [{}, second] : [second as CaseOptions, third]
      register({ title: typeof title === 'string' ? formatCaseId(title, undefined) : title, mode, options, row: undefined, fn: fn as never })
    }
    const each = (rows: Iterable<unknown> | AsyncIterable<unknown>, options: CaseOptions | ((row: never, index: number) => CaseOptions) = {}) =>
      (title: string, fn: never, ...more: unknown[]): void | Promise<void> => {
        if (more.length > 0) refuseMore(title, more[0], `it.for(rows, (row) => ({ tags: row.tags }))(title, async (row, { run }) => { … })`)
        const add = (row: unknown, index: number): void => register(
          { title: formatCaseId(numbered(title, index), { value: row }), mode, options: typeof options === 'function' ? options(row as never, index) : options, row: { value: row }, fn })
        if (Symbol.iterator in rows) return void [...rows].forEach(add)
        const collected = Array.fromAsync(rows).then((all) => all.forEach(add))
        pending.push(collected)
        return collected
      }
    return Object.assign(one, { for: each }) as CaseApi<never[], unknown>
  }
  return withHints(Object.assign(api('run'), { only: api('only'), skip: api('skip'), todo })) as WorkflowApi<never[], unknown>
}

/** `%#` is the number of the row from 0, `%$` from 1. */
function numbered(title: string, index: number): string {
  return title.includes('%#') || title.includes('%$') ? title.replaceAll(/%[%#$]/g, (mark) => (mark === '%#' ? String(index) : mark === '%$' ? String(index + 1) : mark)) : title
}

/** What stands behind the function of a case would be lost: often the case itself, behind its options. */
function refuseMore(title: string, more: unknown, instead: string): never {
  throw new TraceEvalError('CASE_OPTIONS', `expected nothing behind the function of the case, received ${describeValue(more)}`, { at: `case ${JSON.stringify(title)}`, hint: `Options come before it: ${instead}.` })
}

/** Parts of Vitest's `test` that cases do not have, with what to write. The types leave them out; JavaScript and `any` get here. */
const instead: Readonly<Record<string, string>> = {
  each: 'Write it.for(rows)(title, (row, { run }) => …): the row comes as one argument.',
  concurrent: 'Cases run at the same time anyway: set `concurrency` of the workflow.',
  sequential: 'Set `concurrency: 1` of the workflow.',
  fails: 'Assert what is right, so that its failure is feedback.',
  skipIf: 'Write (condition ? it.skip : it)(title, fn).',
  runIf: 'Write (condition ? it : it.skip)(title, fn).',
  extend: 'A case runs many times outside of a Vitest test: prepare in beforeAll or in the case.',
}

function withHints<Api extends object>(api: Api): Api {
  for (const [name, hint] of Object.entries(instead)) {
    const value = (): never => { throw new TraceEvalError('CASE_API', `expected it, it.for, it.only, it.skip or it.todo, received it.${name}`, { hint }) }
    Object.defineProperty(api, name, { value, enumerable: false })
  }
  return api
}
