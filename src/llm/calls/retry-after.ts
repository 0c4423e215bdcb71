/** What a server asks to wait. Stage: llm. */

/** Milliseconds of `retry-after-ms`, or of `retry-after` in seconds or as a date, in the headers that an error carries. `now` is the wall clock. */
export function retryAfter(error: unknown, now: number): number | undefined {
  const exact = milliseconds(headerOf(error, 'retry-after-ms'))
  if (exact !== undefined) return exact
  const given = headerOf(error, 'retry-after')
  if (given === undefined) return undefined
  const seconds = milliseconds(given)
  const wait = seconds === undefined ? Date.parse(given) - now : seconds * 1000
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

function milliseconds(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return Number.isFinite(value) && value >= 0 ? value : undefined
}

/** `Headers`, or an object of names; SDKs call it `headers` or `responseHeaders`. */
function headerOf(error: unknown, name: string): string | undefined {
  const { headers, responseHeaders } = (typeof error === 'object' && error !== null ? error : {}) as { headers?: unknown; responseHeaders?: unknown }
  const found = headers ?? responseHeaders
  if (found instanceof Headers) return found.get(name) ?? undefined
  const value: unknown = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : undefined
}
