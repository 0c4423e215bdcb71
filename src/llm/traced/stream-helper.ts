/** The streams of the SDK that put answers together (`client.responses.stream`), on calls that are traced. Stage: llm. */
import { TraceEvalError } from '../../core/errors.ts'
import { isNode } from '../../graph/origin.ts'
import type { Node } from '../../graph/types.ts'
import { unwrap } from '../../graph/unwrap.ts'
import { over } from './over.ts'
import { tracedStream, type CallSetup } from './traced-call.ts'
import type { StreamReader } from './traced-stream.ts'
import type { SendOptions } from './tried-call.ts'

/** Where the helper of a client stands: what it asks its client for, we answer. */
export interface HelperPlace {
  readonly client: object
  /** `chat.completions` or `responses`. */
  readonly place: object
  /** The members of a client that has `create` in that place. */
  withCreate(create: unknown): Readonly<Record<string, unknown>>
}

/** The helper for `body`, which may hold nodes, with `reply`, the node that comes of it. */
export function helperStream({ client, place, withCreate }: HelperPlace, setup: CallSetup, body: object, options: unknown): object {
  const started = Promise.withResolvers<StreamReader>()
  started.promise.catch(() => undefined)
  const asked = isNode(body) ? body.derive((plain) => ({ ...plain as object, stream: true })) : { ...body, stream: true }
  // What the helper adds are options; the body is ours, with its nodes.
  const create = (_: unknown, { signal, ...own }: SendOptions = {}): Promise<unknown> => {
    const reader = tracedStream(setup, asked, own)
    // The helper stops its request where its reader stops: what came until then is the answer.
    if (signal?.aborted === true) reader.abort()
    signal?.addEventListener('abort', () => reader.abort(), { once: true })
    started.resolve(reader)
    return reader.opened
  }
  const { stream } = place as { stream: (body: unknown, options: unknown) => object }
  const helper = stream.call(over(place, { _client: over(client, withCreate(create)) }), unwrap(body), options) as { on?: (event: string, listener: () => void) => unknown }
  helper.on?.('end', () => { started.reject(new TraceEvalError('STREAM_UNSENT', 'expected a stream that was sent, received one that ended before', { hint: 'Its own error says why: await done().' })) })
  return Object.defineProperty(helper, 'reply', { value: async (): Promise<Node<unknown>> => (await started.promise).reply() })
}
