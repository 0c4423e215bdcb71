/** A client of the `openai` package whose calls are nodes. Stage: llm. */
import { TraceEvalError } from '../../core/errors.ts'
import { describeValue } from '../../core/describe-value.ts'
import { redactSecrets } from '../../core/redact.ts'
import { completePolicy, type CallPolicy } from '../calls/call-policy.ts'
import { sharedPacer, type Pacer, type PacerLimits } from '../calls/pacer.ts'
import { chatApi, embeddingsApi, responsesApi, type Api } from './api.ts'
import type { SpanOptions } from './call-span.ts'
import { over } from './over.ts'
import { helperStream, type HelperPlace } from './stream-helper.ts'
import { tracedCall, type CallSetup } from './traced-call.ts'
import type { TracedClient } from './types.ts'

/** Options of {@link traced}: how calls are tried, and where they are told to. */
export interface TracedOptions extends SpanOptions, Omit<CallPolicy, 'raiseCutOff'> {
  /** Of the nodes. @defaultValue `chat`, `response`, `embedding` */
  readonly name?: string
  /** Calls and tokens a minute, calls at a time; shared with all models of that server and key. @defaultValue none until the server complains */
  readonly limits?: PacerLimits
}

type Method = (...args: unknown[]) => unknown

/**
 * `client` with calls that are traced: `create`, `parse` and `stream` of `chat.completions` and `responses`, and `embeddings.create`. Each
 * takes nodes anywhere in its body and gives a node of the answer, with `text`, `toolCalls` and `parsed` as nodes; a stream gives its
 * pieces as ever, and the node in the end. Calls are tried as `callModel` tries them, and the client repeats none itself. An error
 * of the client stays the error it was, and is recorded as an exception node. Inside a run the calls are counted, limited and kept as those
 * of role `task`. Everything else, such as `files` or `chat.completions.runTools`, is the client's own.
 *
 * @param client - An `OpenAI`, or one that looks like it.
 * @throws {TraceEvalError} `MODEL_CLIENT` for what is no client, `MODEL_POLICY` for times and counts that are none.
 * @example
 * ```ts no-run
 * import OpenAI from 'openai'
 * const openai = traced(new OpenAI())
 * const instructions = parameter('instructions', 'Route the ticket to a team.')
 * const { text } = await openai.chat.completions.create({
 *   model: 'gpt-5-mini',
 *   messages: [{ role: 'system', content: instructions }, { role: 'user', content: t`Ticket: ${'Money back!'}` }],
 * })
 * text.value // and feedback on it reaches `instructions`
 * ```
 */
export function traced<C extends object>(client: C, options: TracedOptions = {}): TracedClient<C> {
  const { name, tracer, content, limits, ...given } = options
  const { chat, responses, embeddings } = (client ?? {}) as { chat?: { completions?: object }; responses?: object; embeddings?: object }
  if (typeof client !== 'object' || client === null || (chat?.completions ?? responses ?? embeddings) === undefined) {
    throw new TraceEvalError('MODEL_CLIENT', `expected a client with chat.completions, responses or embeddings, received ${describeValue(client)}`, { hint: 'Give a client of the `openai` package, or one that looks like it.' })
  }
  const policy = completePolicy(given)
  const server = serverOf(client)
  const pacer = pacerOf(client, server, limits)
  const spans = { ...(tracer && { tracer }), ...(content !== undefined && { content }) }
  const setupOf = (api: Api, place: object, method: string): CallSetup => ({
    api, server, pacer, policy, spans, name: name ?? api.step, parses: method === 'parse', send: (plain, own) => (place as Record<string, Method>)[method]!.call(place, plain, own) as PromiseLike<unknown>,
  })
  const has = (place: object, member: string): boolean => typeof (place as Record<string, unknown>)[member] === 'function'
  const calls = (place: object, api: Api, withCreate?: HelperPlace['withCreate']): object => over(place, {
    ...Object.fromEntries(['create', 'parse'].filter((method) => has(place, method)).map((method) => [method, (body: unknown, own?: unknown) => tracedCall(setupOf(api, place, method), body, own)])),
    ...(withCreate !== undefined && has(place, 'stream') && '_client' in place && { stream: (body: object, own?: unknown) => helperStream({ client, place, withCreate }, setupOf(api, place, 'create'), body, own) }),
  })
  const { withOptions } = client as { withOptions?: Method }
  return over(client, {
    ...(chat?.completions !== undefined && { chat: over(chat, { completions: calls(chat.completions, chatApi, (create) => ({ chat: { completions: { create } } })) }) }),
    ...(responses !== undefined && { responses: calls(responses, responsesApi, (create) => ({ responses: over(responses, { create }) })) }),
    ...(embeddings !== undefined && { embeddings: calls(embeddings, embeddingsApi) }),
    ...(typeof withOptions === 'function' && { withOptions: (...args: unknown[]) => traced(withOptions.apply(client, args) as object, options) }),
  }) as TracedClient<C>
}

/** One for each server and key, as models have it: what a server asks of one, all keep to. */
function pacerOf(client: object, server: string | undefined, limits: PacerLimits | undefined): Pacer {
  const { apiKey } = client as { apiKey?: unknown }
  return sharedPacer(typeof apiKey === 'string' && server !== undefined ? `${server}\n${apiKey}` : client, limits)
}

function serverOf(client: object): string | undefined {
  const { baseURL } = client as { baseURL?: unknown }
  const url = typeof baseURL === 'string' ? URL.parse(baseURL) : null
  return url === null ? undefined : redactSecrets(`${url.origin}${url.pathname}`.replace(/\/$/, ''))
}
