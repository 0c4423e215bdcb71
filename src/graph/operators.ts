/** The operators of the language as functions, one node each, for code that wants every step in the graph. Stage: graph. */
import { callStep } from './call-step.ts'
import type { Node, Plain, TraceableArgs } from './types.ts'

/** What `<` compares: two numbers or two texts. */
type Peer<T> = T extends string ? string : number

/** Gives `compute` the type of the operator that `traced` makes of it. */
const computes = <A extends readonly unknown[], R>(compute: (...args: A) => R) => compute as unknown as (...args: TraceableArgs<A>) => Node<Plain<R>>

/** Every function of a table as an operator under its key: shorter than to say each name twice, in what production loads. */
function traced<T extends object>(table: T): T {
  return Object.fromEntries(Object.entries(table).map(([name, compute]) => [name, callStep({ name, pure: true }, compute as never)])) as T
}

/**
 * The operators that JavaScript has signs for, as traced functions: each gives one node whose inputs are all operands,
 * also those that a short circuit would not look at. They compute what the language computes: `equal` is `===`, `and` and
 * `or` give an operand, and what throws there throws here.
 * Functions on texts, lists, objects, maps and sets are in the `op` of `trace-eval/operators`, which holds these too.
 *
 * @example
 * ```ts
 * const [price, quantity] = [node(12, 'price'), node(3, 'quantity')]
 * op.multiply(price, quantity).value // 36
 * op.cond(op.less(price, 10), 'cheap', 'dear').value // 'dear'
 * op.or(node(''), 'nobody').value // 'nobody'
 * ```
 */
export const op = traced({
  add: computes((a: number, b: number) => a + b),
  subtract: computes((a: number, b: number) => a - b),
  multiply: computes((a: number, b: number) => a * b),
  divide: computes((a: number, b: number) => a / b),
  /** `a % b`: the sign is that of `a`. */
  mod: computes((a: number, b: number) => a % b),
  power: computes((a: number, b: number) => a ** b),
  negate: computes((a: number) => -a),
  bitAnd: computes((a: number, b: number) => a & b),
  bitOr: computes((a: number, b: number) => a | b),
  bitXor: computes((a: number, b: number) => a ^ b),
  bitNot: computes((a: number) => ~a),
  shiftLeft: computes((a: number, b: number) => a << b),
  shiftRight: computes((a: number, b: number) => a >> b),
  /** `a >>> b`: zeros come in from the left. */
  shiftRightUnsigned: computes((a: number, b: number) => a >>> b),
  /** Joins two texts: `a + b`. */
  concat: computes((a: string, b: string) => a + b),
  less: computes(<T extends number | string>(a: T, b: Peer<T>) => a < (b as T)),
  atMost: computes(<T extends number | string>(a: T, b: Peer<T>) => a <= (b as T)),
  greater: computes(<T extends number | string>(a: T, b: Peer<T>) => a > (b as T)),
  atLeast: computes(<T extends number | string>(a: T, b: Peer<T>) => a >= (b as T)),
  /** `a === b`: objects by identity, and `NaN` equals nothing. */
  equal: computes(<T>(a: T, b: NoInfer<T>) => a === b),
  notEqual: computes(<T>(a: T, b: NoInfer<T>) => a !== b),
  not: computes((a: unknown) => !a),
  /** `a && b`: `a` where it is falsy, else `b`. */
  and: computes(<A, B>(a: A, b: B) => a && b),
  /** `a || b`: `a` where it is truthy, else `b`. */
  or: computes(<A, B>(a: A, b: B) => a || b),
  /** `a ?? b`: `b` where `a` is `null` or `undefined`. */
  coalesce: computes(<A, B>(a: A, b: B) => a ?? b),
  /** `test ? yes : no`. */
  cond: computes(<A, B>(test: unknown, yes: A, no: B): A | B => (test ? yes : no)),
  typeOf: computes((a: unknown) => typeof a),
  /** `a instanceof type`. */
  isInstance: computes((a: unknown, type: abstract new (...args: never[]) => unknown) => a instanceof type),
})
