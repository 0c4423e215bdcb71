/** Waiting that a signal ends. Stage: core. */

/** What `promise` gives; rejects with the reason of `signal` as soon as that aborts. Leaves no listener behind. */
export async function until<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = (): void => { reject(signal.reason) }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([promise, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
