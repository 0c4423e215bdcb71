/** What of the tools of a case, and of a hook's context, is made only where somebody reads it: it is costly and seldom needed. Stage: vitest. */

/** How it is made. */
export const lazily: unique symbol = Symbol('lazily') as never
interface Lazily { readonly [lazily]: { expect(): unknown; signal(): AbortSignal } }

/** The prototype of the tools of every run. Getters in the literal itself would be new ones for each run, which is slow, and keeps what they refer to until a full collection. */
export const lazyTools = {
  get expect(): unknown { return (this as unknown as Lazily)[lazily].expect() },
  get signal(): AbortSignal { return (this as unknown as Lazily)[lazily].signal() },
}
