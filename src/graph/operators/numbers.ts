/** Operators on numbers that have no sign in the language. Stage: graph. */
import { operator } from './operator.ts'

/** @internal */
export const numberOperators = {
  abs: operator('abs', (a: number) => Math.abs(a)),
  sign: operator('sign', (a: number) => Math.sign(a)),
  /** To the nearest whole number, halves upwards: `Math.round`. */
  round: operator('round', (a: number) => Math.round(a)),
  floor: operator('floor', (a: number) => Math.floor(a)),
  ceil: operator('ceil', (a: number) => Math.ceil(a)),
  trunc: operator('trunc', (a: number) => Math.trunc(a)),
  /** `a / b` down to a whole number. */
  floorDivide: operator('floorDivide', (a: number, b: number) => Math.floor(a / b)),
  /** The remainder of `floorDivide`: its sign is that of `b`. */
  modulo: operator('modulo', (a: number, b: number) => a - b * Math.floor(a / b)),
  sqrt: operator('sqrt', (a: number) => Math.sqrt(a)),
  exp: operator('exp', (a: number) => Math.exp(a)),
  /** The natural logarithm. */
  log: operator('log', (a: number) => Math.log(a)),
  min: operator('min', (...values: readonly number[]) => Math.min(...values)),
  max: operator('max', (...values: readonly number[]) => Math.max(...values)),
  /** A text with this many digits behind the point. */
  toFixed: operator('toFixed', (a: number, digits: number) => a.toFixed(digits)),
  /** `Number(a)`: of a text that is no number, `NaN`. */
  toNumber: operator('toNumber', (a: unknown) => Number(a)),
}
