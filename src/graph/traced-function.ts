/** Which functions trace what they are called with by themselves: bundles and operators. Stage: graph. */

const key: unique symbol = Symbol.for('trace-eval.traced-function') as never

/** @internal */
// oxlint-disable-next-line no-unsafe-function-type
export function markTraced<F extends Function>(fn: F): F { return Object.defineProperty(fn, key, { value: true }) }

/** Also of another copy of the library. @internal */
// oxlint-disable-next-line no-unsafe-function-type
export function isTraced(fn: Function): boolean { return key in fn }
