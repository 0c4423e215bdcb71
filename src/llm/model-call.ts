/** A request to a model as a call that a run can count, limit and keep. Stage: llm. */
import { estimateTokens } from './spending/estimate-tokens.ts'
import { asRole, modelScope, throughRun, type ModelCall } from './model-scope.ts'
import type { Model, ModelReply, ModelRequest, ModelRole } from './model.ts'
import { checkShape } from './calls/reply-shape.ts'

const ofRun: unique symbol = Symbol.for('trace-eval.model-of-run') as never

/** `request` of `model` as a call. */
export function modelCall(model: Model, request: ModelRequest): ModelCall<ModelReply> {
  const { signal, stream: _stream, onText, onProgress: _onProgress, ...asked } = request
  return {
    model: model.name, server: model.server, request: model.extra === undefined ? asked : { ...asked, extra: { ...model.extra, ...request.extra } }, maxOutputTokens: request.maxOutputTokens, signal,
    inputTokens: estimateTokens(request),
    // Looked at here as well: an empty answer is none to be kept.
    send: async () => checkShape(await model.send(request), model),
    tokensOf: ({ inputTokens, outputTokens, cachedTokens }) => ({
      ...(inputTokens !== undefined && { inputTokens }), ...(outputTokens !== undefined && { outputTokens }), ...(cachedTokens !== undefined && { cachedTokens }),
    }),
    textOf: ({ text, toolCalls }) => (toolCalls === undefined ? text : text + JSON.stringify(toolCalls)),
    isComplete: ({ finish }) => finish !== 'length',
    // The same answer has another id each time.
    toKeep: ({ requestId: _requestId, ...answer }) => answer,
    kept: ({ text }) => { if (text !== '') onText?.(text, text) },
  }
}

interface Wrapped { readonly model: Model; readonly role: ModelRole | undefined }
const wrapped = (model: Model): Wrapped | undefined => (model as { [ofRun]?: Wrapped })[ofRun]

/**
 * `model` as a part of the run: its calls are counted, limited and kept. Outside of a run they are just sent. With `role`
 * they are that role's wherever they are made, else of whoever pays where they are made.
 */
export function modelInRun(model: Model, role?: ModelRole): Model {
  if (wrapped(model) !== undefined) return model
  const send = (request: ModelRequest): Promise<ModelReply> => throughRun(modelCall(model, request))
  return { ...model, [ofRun]: { model, role }, send: role === undefined ? send : (request) => asRole(role, () => send(request)) } as Model
}

/** The model that a call is made with: `model` itself outside of a run. @internal */
export const modelHere = (model: Model): Model => (modelScope() === undefined ? model : modelInRun(model))

/** What `model` answered to `request` in an earlier run, where that is kept: it waits for no turn and no pause. @internal */
export async function keptReply(model: Model, request: ModelRequest): Promise<ModelReply | undefined> {
  const scope = modelScope()
  if (scope === undefined || scope.inCall === true) return undefined
  const { model: inner, role = scope.role } = wrapped(model) ?? { model }
  return scope.handler.kept(modelCall(inner, request), { ...scope, role })
}
