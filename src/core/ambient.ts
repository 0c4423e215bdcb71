/** What the running code is part of: one async storage for all rooms, as every storage more makes each entry dearer. Stage: core. */
import { AsyncLocalStorage } from 'node:async_hooks'

/** Each room has a place of its own, and knows alone what stands there. */
export interface Ambient {
  readonly graph?: unknown
  readonly judges?: unknown
  readonly models?: unknown
  readonly assertions?: unknown
}

// One storage for every copy of the library in the process: app code and the runner may load different ones.
const shared = globalThis as { [key: symbol]: AsyncLocalStorage<Ambient> | undefined }
const storage = (shared[Symbol.for('trace-eval.ambient.1')] ??= new AsyncLocalStorage<Ambient>())

/** Of the code that asks. */
export const ambient = (): Ambient => storage.getStore() ?? {}

/** Runs `run`, and everything it starts, with `places` beside those it is in. */
export function withAmbient<Args extends unknown[], R>(places: Ambient, run: (...args: Args) => R, ...args: Args): R {
  const outer = storage.getStore()
  return storage.run(outer === undefined ? places : Object.assign({}, outer, places), run, ...args)
}
