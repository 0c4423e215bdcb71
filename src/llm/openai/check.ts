/** Asks a server for its list of models. Stage: llm. */
import type { Endpoint } from './client.ts'

const fetchOf = globalThis.fetch

/** @throws what `fetch` throws, and an error with status 401 where the key is refused: a key may be allowed to ask, but not to list. */
export async function checkEndpoint({ baseURL, apiKey }: Endpoint, signal: AbortSignal): Promise<void> {
  const response = await fetchOf(`${baseURL.replace(/\/+$/, '')}/models`, { headers: { authorization: `Bearer ${apiKey}` }, signal })
  await response.body?.cancel()
  if (response.status === 401) throw Object.assign(new Error('401 the key is refused'), { status: 401 })
}
