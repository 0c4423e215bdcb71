/** The operators of the language as functions, one node each, for code that wants every step in the graph. Stage: graph. */
import { operator } from './operator.ts'

/** What `<` compares: two numbers or two texts. */
type Peer<T> = T extends string ? string : number

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
export const op = {
  add: operator('add', (a: number, b: number) => a + b),
  subtract: operator('subtract', (a: number, b: number) => a - b),
  multiply: operator('multiply', (a: number, b: number) => a * b),
  divide: operator('divide', (a: number, b: number) => a / b),
  /** `a % b`: the sign is that of `a`. */
  mod: operator('mod', (a: number, b: number) => a % b),
  power: operator('power', (a: number, b: number) => a ** b),
  negate: operator('negate', (a: number) => -a),
  bitAnd: operator('bitAnd', (a: number, b: number) => a & b),
  bitOr: operator('bitOr', (a: number, b: number) => a | b),
  bitXor: operator('bitXor', (a: number, b: number) => a ^ b),
  bitNot: operator('bitNot', (a: number) => ~a),
  shiftLeft: operator('shiftLeft', (a: number, b: number) => a << b),
  shiftRight: operator('shiftRight', (a: number, b: number) => a >> b),
  /** `a >>> b`: zeros come in from the left. */
  shiftRightUnsigned: operator('shiftRightUnsigned', (a: number, b: number) => a >>> b),
  /** Joins two texts: `a + b`. */
  concat: operator('concat', (a: string, b: string) => a + b),
  less: operator('less', <T extends number | string>(a: T, b: Peer<T>) => a < (b as T)),
  atMost: operator('atMost', <T extends number | string>(a: T, b: Peer<T>) => a <= (b as T)),
  greater: operator('greater', <T extends number | string>(a: T, b: Peer<T>) => a > (b as T)),
  atLeast: operator('atLeast', <T extends number | string>(a: T, b: Peer<T>) => a >= (b as T)),
  /** `a === b`: objects by identity, and `NaN` equals nothing. */
  equal: operator('equal', <T>(a: T, b: NoInfer<T>) => a === b),
  notEqual: operator('notEqual', <T>(a: T, b: NoInfer<T>) => a !== b),
  not: operator('not', (a: unknown) => !a),
  /** `a && b`: `a` where it is falsy, else `b`. */
  and: operator('and', <A, B>(a: A, b: B) => a && b),
  /** `a || b`: `a` where it is truthy, else `b`. */
  or: operator('or', <A, B>(a: A, b: B) => a || b),
  /** `a ?? b`: `b` where `a` is `null` or `undefined`. */
  coalesce: operator('coalesce', <A, B>(a: A, b: B) => a ?? b),
  /** `test ? yes : no`. */
  cond: operator('cond', <A, B>(test: unknown, yes: A, no: B): A | B => (test ? yes : no)),
  typeOf: operator('typeOf', (a: unknown) => typeof a),
  /** `a instanceof type`. */
  isInstance: operator('isInstance', (a: unknown, type: abstract new (...args: never[]) => unknown) => a instanceof type),
}
