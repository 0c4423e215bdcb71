/** `fetch` that reads no more than it should, and takes nothing but JSON and events for an answer. Stage: llm. */
import { describeValue } from '../../core/describe-value.ts'
import { UnusableReply } from '../calls/model-fault.ts'
import { redactSecrets } from '../../core/redact.ts'

/** The global `fetch` as it was when the library was loaded: a test's replacement does not answer for a server. */
const fetchOf = globalThis.fetch

/** What a client of the SDK takes as its `fetch`. */
export function limitedFetch(maxBytes: number): typeof fetch {
  return async (input, init) => {
    const response = await fetchOf(input, init)
    if (response.body === null) return response
    const type = response.headers.get('content-type') ?? ''
    const about = { status: response.status, statusText: response.statusText, headers: response.headers }
    const body = response.body.pipeThrough(counting(maxBytes))
    if (!response.ok || /^text\/event-stream\b/i.test(type)) return new Response(body, about)
    const text = await new Response(body).text()
    if (!isObject(text)) {
      const said = type === '' ? 'no content type' : `content type ${type.slice(0, 80)}`
      // Secrets first: a cut must not leave half of one.
      throw new UnusableReply('malformed', `expected an OpenAI-style response, received ${said}: ${describeValue(redactSecrets(text.slice(0, 2000)), 200)}`)
    }
    return new Response(text, about)
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

function counting(maxBytes: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let read = 0
  return new TransformStream({
    transform(chunk, controller) {
      read += chunk.byteLength
      if (read > maxBytes) controller.error(new UnusableReply('malformed', `the answer is longer than ${maxBytes} bytes`))
      else controller.enqueue(chunk)
    },
  })
}
