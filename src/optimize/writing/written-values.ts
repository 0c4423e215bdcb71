/** What a model can write down, and which of it is new. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import type { ParameterKind } from '../../graph/domain.ts'
import type { ParameterSpec, Proposal, RoundView } from '../optimizer.ts'

/** Kinds whose value can be written down in an answer. */
export const WRITTEN_KINDS: readonly ParameterKind[] = ['text', 'code', 'number', 'choice', 'boolean', 'value']

/** Whether there is another value than the present one. */
export function isOpen(domain: ParameterSpec['domain']): boolean {
  if (domain.kind === 'choice') return domain.choices.length > 1
  if (domain.kind !== 'number' || domain.range === undefined) return true
  const [low, high] = domain.range
  return domain.integer ? Math.ceil(low) < Math.floor(high) : low < high
}

/** Each set of values once, none that was evaluated before, as many as the round has room for. */
export function untried(view: RoundView, proposals: readonly Proposal[]): Proposal[] {
  const known = new Set([view.best, ...view.history].map(({ values }) => canonicalJson(values)))
  return proposals.filter(({ changes }) => {
    const key = canonicalJson({ ...view.best.values, ...changes })
    return !known.has(key) && known.add(key) !== undefined
  }).slice(0, view.maxCandidates)
}
