/** What is known of one call to a model, kept on its node. Stage: llm. */
import type { ModelCallInfo } from '../../graph/gen-ai.ts'
import { originOf } from '../../graph/origin.ts'
import type { NodeLike } from '../../graph/types.ts'
import type { ModelReply } from '../model.ts'

export type { ModelCallInfo }

/** What is known of the call that `node` came from; nothing of any other node. Also of nodes that were read from a document. */
export function modelCallOf(node: NodeLike<unknown>): ModelCallInfo | undefined {
  const origin = originOf(node)
  return 'step' in origin ? origin.step.meta?.['modelCall'] as ModelCallInfo | undefined : undefined
}

const hosts: readonly (readonly [RegExp, string])[] = [
  [/\.openai\.azure\.com$|\.cognitiveservices\.azure\.com$/, 'azure.ai.openai'], [/\.services\.ai\.azure\.com$/, 'azure.ai.inference'], [/(?:^|\.)anthropic\.com$/, 'anthropic'],
  [/^generativelanguage\.googleapis\.com$/, 'gcp.gemini'], [/aiplatform\.googleapis\.com$/, 'gcp.vertex_ai'], [/(?:^|\.)amazonaws\.com$/, 'aws.bedrock'], [/(?:^|\.)groq\.com$/, 'groq'],
  [/(?:^|\.)mistral\.ai$/, 'mistral_ai'], [/(?:^|\.)deepseek\.com$/, 'deepseek'], [/(?:^|\.)x\.ai$/, 'x_ai'], [/(?:^|\.)cohere\.(?:com|ai)$/, 'cohere'], [/(?:^|\.)perplexity\.ai$/, 'perplexity'],
]

/** The name that OpenTelemetry has for whoever runs `server`. */
export function providerAt(server: string | undefined): string {
  const host = server === undefined ? '' : URL.parse(server)?.hostname ?? ''
  return hosts.find(([pattern]) => pattern.test(host))?.[1] ?? 'openai'
}

/** Counts and names of `reply`, as far as it tells them. */
export function noteReply(info: ModelCallInfo, reply: ModelReply): void {
  const { inputTokens, outputTokens, cachedTokens, reasoningTokens, model, finish } = reply
  Object.assign(info, {
    ...(inputTokens !== undefined && { inputTokens }), ...(outputTokens !== undefined && { outputTokens }), ...(cachedTokens !== undefined && { cachedTokens }),
    ...(reasoningTokens !== undefined && { reasoningTokens }), ...(model !== undefined && { responseModel: model }), finishReasons: [finish.replaceAll('-', '_')],
  })
}
