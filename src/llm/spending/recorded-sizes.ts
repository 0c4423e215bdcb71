/** How long recorded answers and their requests are, by who asked. Stage: llm. */
import type { ModelRole } from '../model.ts'
import type { CallTokens } from './prices.ts'

/** The mean tokens of a call of each role, of recordings that tell them: our replies, and answers of Chat Completions and Responses. */
export function recordedSizes(recordings: readonly { readonly recording: object }[]): Partial<Record<ModelRole, CallTokens>> {
  const sums: Partial<Record<ModelRole, { n: number; inputTokens: number; outputTokens: number }>> = {}
  for (const { recording } of recordings) {
    const { role, answer } = recording as { role?: unknown; answer?: unknown }
    const tokens = tokensOf(answer)
    if (tokens === undefined || (role !== 'task' && role !== 'judge' && role !== 'optimizer')) continue
    const sum = (sums[role] ??= { n: 0, inputTokens: 0, outputTokens: 0 })
    sum.n++
    sum.inputTokens += tokens.inputTokens
    sum.outputTokens += tokens.outputTokens
  }
  return Object.fromEntries(Object.entries(sums).map(([role, { n, inputTokens, outputTokens }]) => [role, { inputTokens: inputTokens / n, outputTokens: outputTokens / n }]))
}

function tokensOf(answer: unknown): CallTokens | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  const own = answer as Record<string, unknown>
  const usage = (typeof own['usage'] === 'object' && own['usage'] !== null ? own['usage'] : {}) as Record<string, unknown>
  const inputTokens = own['inputTokens'] ?? usage['prompt_tokens'] ?? usage['input_tokens']
  const outputTokens = own['outputTokens'] ?? usage['completion_tokens'] ?? usage['output_tokens']
  return typeof inputTokens === 'number' && typeof outputTokens === 'number' ? { inputTokens, outputTokens } : undefined
}
