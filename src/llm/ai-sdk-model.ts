/** Models of the AI SDK: any object that its providers make. Stage: llm. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { callOptions, type AiSdkVersion } from './ai-sdk/call-options.ts'
import { generatedReply, streamedReply } from './ai-sdk/reply.ts'
import type { Model } from './model.ts'
import { sharedPacer, type PacerLimits } from './calls/pacer.ts'

/** The part of a `LanguageModelV2`, `V3` or `V4` that is used. */
export interface AiSdkLanguageModel {
  readonly specificationVersion: AiSdkVersion
  readonly provider: string
  readonly modelId: string
  doGenerate(options: never): PromiseLike<unknown>
  doStream(options: never): PromiseLike<unknown>
}

/** Options of {@link aiSdkModel}. */
export interface AiSdkModelOptions {
  /** As in reports. @defaultValue its `modelId` */
  readonly name?: string
  /** Provider options of every request, by provider: `{ anthropic: { effort: 'low' } }`. @defaultValue none */
  readonly extra?: Readonly<Record<string, unknown>>
  /** Calls and tokens a minute, calls at a time; all models of one provider share them. @defaultValue none until the server complains */
  readonly limits?: PacerLimits
}

/**
 * A model object of the AI SDK (`openai('gpt-5-mini')`, `anthropic('claude-sonnet-5')`) as a {@link Model}. `ai` itself is not
 * needed. Retries are `callModel`'s. `extra` of a request goes to the provider as its options.
 *
 * @throws {TraceEvalError} `MODEL_CLIENT` for what is no such object: the name of a model is none.
 * @example
 * ```ts no-run
 * import { createAnthropic } from '@ai-sdk/anthropic'
 * const model = aiSdkModel(createAnthropic()('claude-sonnet-5'))
 * ```
 */
export function aiSdkModel(model: AiSdkLanguageModel, { name, extra, limits }: AiSdkModelOptions = {}): Model {
  const { specificationVersion: version, provider, modelId } = (model ?? {}) as Partial<AiSdkLanguageModel>
  if (version === undefined || !/^v[234]$/.test(version) || typeof model.doGenerate !== 'function' || typeof model.doStream !== 'function') {
    throw new TraceEvalError('MODEL_CLIENT', `expected a language model of the AI SDK, version 2 to 4, received ${describeValue(model)}`, { hint: "Give what a provider makes: openai('gpt-5-mini'), not the name of a model." })
  }
  const { doGenerate, doStream } = model as unknown as Record<'doGenerate' | 'doStream', (options: object) => PromiseLike<unknown>>
  return {
    name: name ?? String(modelId),
    server: String(provider),
    ...(extra !== undefined && { extra }),
    pacer: sharedPacer(`ai-sdk\n${provider}`, limits),
    async send(given) {
      const request = extra === undefined ? given : { ...given, extra: { ...extra, ...given.extra } }
      const options = callOptions(request, version)
      if (!(request.stream ?? request.onText !== undefined)) return generatedReply(await doGenerate.call(model, options))
      return await streamedReply(await doStream.call(model, options), request)
    },
  }
}
