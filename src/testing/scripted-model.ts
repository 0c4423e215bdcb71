/** For tests: a model that is a script, without a server. Stage: testing. */
import type { Model, ModelReply, ModelRequest } from '../llm/model.ts'

/** From a request, and the number of requests before it, to the answer; an error that is returned or thrown is what the call failed with. */
export type ModelScript = (request: ModelRequest, call: number) => string | ModelReply | Error | Promise<string | ModelReply | Error>

/** A model that remembers what it was asked. */
export interface ScriptedModel extends Model { readonly requests: readonly ModelRequest[] }

/**
 * A model for tests of optimizers and judges. A text is the whole answer; 100 tokens in and 20 out are counted where a reply does
 * not say otherwise.
 *
 * @example
 * ```ts
 * import { callModel } from 'trace-eval/llm'
 * import { scriptedModel } from 'trace-eval/testing'
 * const model = scriptedModel(({ messages }) => `${messages.length} message`)
 * const { text } = await callModel(model, { messages: [{ role: 'user', content: 'hello' }] })
 * text                  // '1 message'
 * model.requests.length // 1
 * ```
 */
export function scriptedModel(script: ModelScript, name: string = 'scripted'): ScriptedModel {
  const requests: ModelRequest[] = []
  return {
    name, requests,
    async send(request) {
      const answer = await script(request, requests.push(request) - 1)
      if (answer instanceof Error) throw answer
      const reply: ModelReply = typeof answer === 'string' ? { text: answer, finish: 'stop' } : answer
      request.onText?.(reply.text, reply.text)
      return { inputTokens: 100, outputTokens: 20, ...reply }
    },
  }
}
