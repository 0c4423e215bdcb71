/** One request through a client of OpenAI's shape, its answer read whole or in pieces. Stage: llm. */
import type { ModelReply, ModelRequest } from '../model.ts'
import { chatReply, chatStream } from './chat-reply.ts'
import type { Endpoint, OpenAiClient } from './client.ts'
import { responsesReply, responsesStream } from './responses-reply.ts'

/** The deadline is ours; the SDK's own would end long answers after ten minutes. */
const NO_TIMEOUT = 2 ** 31 - 1

/** Sends `body` and reads what comes back. */
export async function sendBody(client: OpenAiClient, { api }: Endpoint, body: object, request: ModelRequest): Promise<ModelReply> {
  // Any client will do, so its types are not ours.
  const resource = (api === 'chat' ? client.chat!.completions : client.responses!) as { create(body: unknown, options: unknown): PromiseLike<unknown> }
  const call = resource.create(body, { maxRetries: 0, timeout: NO_TIMEOUT, ...(request.signal && { signal: request.signal }) })
  const { data, response } = await opened(call)
  const requestId = response?.headers.get('x-request-id') ?? undefined
  const [whole, stream] = api === 'chat' ? [chatReply, chatStream] : [responsesReply, responsesStream]
  if (!isStream(data)) return whole(data, requestId)
  // A server that knows no streams answers at once.
  if (response !== undefined && /^application\/json\b/i.test(response.headers.get('content-type') ?? '')) return whole(await response.json(), requestId)
  const reply = await settled(stream(data, request, requestId), request.signal)
  return reply
}

/** The SDK ends a stream that is stopped as if it were complete. */
async function settled(reply: Promise<ModelReply>, signal: AbortSignal | undefined): Promise<ModelReply> {
  try {
    return await reply
  } finally {
    signal?.throwIfAborted()
  }
}

/** Whether an answer comes in pieces. */
export const isStream = (data: unknown): data is AsyncIterable<unknown> => typeof data === 'object' && data !== null && Symbol.asyncIterator in data

/** The parsed answer, and the response where the client shows it. */
export async function opened(call: PromiseLike<unknown>): Promise<{ readonly data: unknown; readonly response?: Response }> {
  const { withResponse } = call as { withResponse?: () => Promise<{ data: unknown; response: Response }> }
  return typeof withResponse === 'function' ? await withResponse.call(call) : { data: await call }
}
