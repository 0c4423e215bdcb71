/** Reads properties of values that may be anything, proxies and throwing getters included. Stage: feedback. */

/** `value[key]`, or undefined where there is none or reading it throws. */
export function readProperty(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return undefined
  try { return (value as Record<string, unknown>)[key] } catch { return undefined }
}

/** `value[key]` where it is a string. */
export function readText(value: unknown, key: string): string | undefined {
  const text = readProperty(value, key)
  return typeof text === 'string' ? text : undefined
}
