/** Operators as functions, one node each, for code that wants every step in the graph. Stage: graph. */
import type { Step } from './origin.ts'
import { runStep } from './traced-node.ts'
import type { Node, Plain, Traceable } from './types.ts'

const pair = ['a', 'b'] as const

function binary<A, B, R>(name: string, compute: (a: A, b: B) => R): (a: Traceable<A>, b: Traceable<B>) => Node<R> {
  const step: Step = { name, pure: true }
  return (a, b) => runStep(step, pair, [a, b], compute as (...args: never[]) => R) as Node<R>
}

const equalStep: Step = { name: 'equal', pure: true }
const notStep: Step = { name: 'not', pure: true }
const single = ['a'] as const
const branches = ['test', 'yes', 'no'] as const
const condStep: Step = { name: 'cond', pure: true }

/** The operators of the language as traced functions. `cond` is `?:`; its condition and both branches are inputs. */
export const op: {
  readonly add: (a: Traceable<number>, b: Traceable<number>) => Node<number>
  readonly subtract: (a: Traceable<number>, b: Traceable<number>) => Node<number>
  readonly multiply: (a: Traceable<number>, b: Traceable<number>) => Node<number>
  readonly divide: (a: Traceable<number>, b: Traceable<number>) => Node<number>
  readonly concat: (a: Traceable<string>, b: Traceable<string>) => Node<string>
  readonly less: (a: Traceable<number>, b: Traceable<number>) => Node<boolean>
  readonly atMost: (a: Traceable<number>, b: Traceable<number>) => Node<boolean>
  readonly greater: (a: Traceable<number>, b: Traceable<number>) => Node<boolean>
  readonly atLeast: (a: Traceable<number>, b: Traceable<number>) => Node<boolean>
  readonly equal: <T>(a: Traceable<T>, b: Traceable<NoInfer<T>>) => Node<boolean>
  readonly not: (a: Traceable<unknown>) => Node<boolean>
  readonly cond: <A, B>(test: Traceable<unknown>, yes: A, no: B) => Node<Plain<A> | Plain<B>>
} = {
  add: binary('add', (a: number, b: number) => a + b),
  subtract: binary('subtract', (a: number, b: number) => a - b),
  multiply: binary('multiply', (a: number, b: number) => a * b),
  divide: binary('divide', (a: number, b: number) => a / b),
  concat: binary('concat', (a: string, b: string) => a + b),
  less: binary('less', (a: number, b: number) => a < b),
  atMost: binary('atMost', (a: number, b: number) => a <= b),
  greater: binary('greater', (a: number, b: number) => a > b),
  atLeast: binary('atLeast', (a: number, b: number) => a >= b),
  equal: (a, b) => runStep(equalStep, pair, [a, b], (x: unknown, y: unknown) => Object.is(x, y)) as Node<boolean>,
  not: (a) => runStep(notStep, single, [a], (x: unknown) => !x) as Node<boolean>,
  cond: (test, yes, no) => runStep(condStep, branches, [test, yes, no], (x: unknown, y: unknown, z: unknown) => (x ? y : z)) as never,
}
