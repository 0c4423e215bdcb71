/** One call of a client as the loop of attempts has it. Stage: llm. */
import { systemClock } from '../../core/clock.ts'
import type { CallPolicy } from '../calls/call-policy.ts'
import { UnusableReply } from '../calls/model-fault.ts'
import type { Pacer } from '../calls/pacer.ts'
import type { TriedCall } from '../calls/try-call.ts'
import { keptInRun, throughRun, type ModelCall } from '../model-scope.ts'
import type { ModelReply } from '../model.ts'
import { isStream, opened } from '../openai/send.ts'
import { tokensOfTexts } from '../spending/request-size.ts'
import type { Api } from './api.ts'
import type { Body } from './usable-answer.ts'
import { askedAgain } from './asked-again.ts'
import { clientFault, parseProblem, stoppedByCaller, thrownFor } from './client-fault.ts'
import type { StreamReader } from './traced-stream.ts'

/** Where calls of one kind go, and how they are tried. */
export interface Sender {
  readonly api: Api
  /** Without secrets. */
  readonly server: string | undefined
  readonly pacer: Pacer
  readonly policy: Required<CallPolicy>
  /** Whether the client makes values of answers: what it says of one that it cannot read is told to the model. */
  readonly parses: boolean
  /** Sends the request, as the client has it. */
  send(body: Body, options: object): PromiseLike<unknown>
}

/** What the caller gave beside the body. */
export interface SendOptions { readonly signal?: AbortSignal | null; readonly maxRetries?: number }

/** More is not read of a stream: 8 MB of text. A whole answer is read by the client. */
const MOST_TOKENS = 2 ** 21

/** A call whose answer comes whole. */
export function wholeCall(sender: Sender, body: Body, options: SendOptions): TriedCall<unknown> {
  const call = { ...callInRun(sender, body), send: async () => undefined }
  // Of the last answer, as the client had it; the answer itself it keeps.
  let problem: string | undefined
  return {
    ...tried(sender, body, options),
    kept: () => keptInRun(call),
    send: ({ signal }) => throughRun<unknown>({
      ...call, signal: eitherOf(options, signal),
      async send() {
        try {
          const answer = await sender.send(problem === undefined ? body : askedAgain(body, problem), sendOptions(options, signal))
          sender.api.check(answer, body)
          return answer
        } catch (error) {
          if (sender.parses) problem = parseProblem(error) ?? problem
          throw error
        }
      },
    }),
  }
}

/** A call whose answer comes in pieces; `reader` has them as they come. */
export function streamCall(sender: Sender, body: Body, options: SendOptions, reader: StreamReader): TriedCall<unknown> {
  const { api } = sender
  const started = systemClock.now()
  const call = {
    ...callInRun(sender, body), send: async () => undefined,
    kept(answer: unknown) {
      reader.begin()
      for (const piece of api.pieces!(answer)) reader.add(piece, systemClock.now() - started)
    },
  }
  const common = tried(sender, body, options)
  return {
    ...common,
    faultOf: (error) => (reader.isLeft ? stoppedByCaller : common.faultOf(error)),
    kept: () => keptInRun(call),
    // What somebody has read cannot be taken back.
    mayRepeat: () => !reader.isTaken,
    send: (watch) => throughRun<unknown>({
      ...call, signal: eitherOf(options, watch.signal, reader.controller.signal),
      async send() {
        const pieces = await piecesOf(sender, body, sendOptions(options, watch.signal, reader.controller.signal))
        const parts = api.parts!()
        reader.begin()
        let left = MOST_TOKENS
        try {
          for await (const piece of pieces) {
            if (watch.isOver()) break
            if ((left -= tokensOfTexts(piece)) < 0) throw new UnusableReply('malformed', `the answer is longer than ${4 * MOST_TOKENS} characters`)
            if (api.isProgress!(piece)) watch.onProgress()
            parts.add(piece)
            reader.add(piece, systemClock.now() - started)
          }
        } catch (error) {
          if (!reader.isLeft) throw error
        }
        // Where its reader stops early, the answer is what came until then.
        if (reader.isLeft) return parts.answer()
        // The SDK ends a stream that is stopped as if it were complete.
        watch.signal.throwIfAborted()
        options.signal?.throwIfAborted()
        if (!parts.isComplete()) throw new UnusableReply('incomplete', 'the stream ended before the answer was complete')
        const answer = parts.answer()
        api.check(answer, body)
        return answer
      },
    }),
  }
}

/** The pieces of a stream; of a server that knows none, those of the answer that it gave at once. */
async function piecesOf({ api, send }: Sender, body: Body, options: object): Promise<AsyncIterable<unknown> | Iterable<unknown>> {
  const { data, response } = await opened(send(body, options))
  if (!isStream(data)) return api.pieces!(data)
  if (response === undefined || !/^application\/json\b/i.test(response.headers.get('content-type') ?? '')) return data
  const answer: unknown = await response.json()
  api.check(answer, body)
  return api.pieces!(answer)
}

/** Attempts are ours: the client makes one, and gives it up when it is told. */
function sendOptions(options: SendOptions, ...signals: readonly AbortSignal[]): object {
  return { ...options, maxRetries: 0, signal: eitherOf(options, ...signals) }
}

/** Aborts with the caller's own signal, or with one of `signals`. */
function eitherOf({ signal: own }: SendOptions, ...signals: readonly AbortSignal[]): AbortSignal { return AbortSignal.any(own ? [...signals, own] : [...signals]) }

/** What all calls have in common. */
function tried({ api, server, pacer }: Sender, body: Body, { signal }: SendOptions): Omit<TriedCall<unknown>, 'kept' | 'send'> {
  const model = modelOf(body)
  const limit = api.maxOutputTokens(body)
  return {
    // The caller's signal goes to the client, whose error it is that a call was stopped.
    name: model, pacer, signal: undefined,
    tokens: tokensOfTexts(body) + (typeof limit === 'number' ? limit : 0),
    tokensOf(answer) {
      const { inputTokens, outputTokens } = readable(api, answer) ?? {}
      return inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens
    },
    faultOf: (error) => (signal?.aborted === true ? stoppedByCaller : clientFault(error)),
    failed: (failure) => thrownFor(failure, { name: model, ...(server !== undefined && { server }) }),
  }
}

const modelOf = (body: Body): string => String(body['model'] ?? 'unknown')

/** The call as a run counts and keeps it. */
function callInRun({ api, server }: Sender, { stream: _stream, stream_options: _options, ...body }: Body): Omit<ModelCall<unknown>, 'send'> {
  const limit = api.maxOutputTokens(body)
  return {
    model: modelOf(body), server, request: { api: api.name, ...body }, ...(typeof limit === 'number' && { maxOutputTokens: limit }),
    tokensOf(answer) {
      const { inputTokens, outputTokens, cachedTokens } = readable(api, answer) ?? {}
      return { ...(inputTokens !== undefined && { inputTokens }), ...(outputTokens !== undefined && { outputTokens }), ...(cachedTokens !== undefined && { cachedTokens }) }
    },
    textOf: (answer) => readable(api, answer)?.text ?? '',
    isComplete: (answer) => { const reply = readable(api, answer); return reply !== undefined && reply.finish !== 'length' },
  }
}

/** Nothing of an answer that is none: that is for its reader to find. */
export function readable(api: Api, answer: unknown): ModelReply | undefined {
  try { return api.read(answer) } catch { return undefined }
}
