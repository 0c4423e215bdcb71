/** How one evaluation turned out beside another, on the cases that both ran. Stage: optimize. */
import type { CaseRun } from '../feedback/case-run.ts'
import type { Evaluation } from './optimizer.ts'

/** `same`: no case changed, so the move was too small to matter. `even`: some won, some lost. */
export type Comparison = 'better' | 'worse' | 'same' | 'even'

const CLOSE = 1e-9

/**
 * Compares two evaluations. Two complete ones by their scores. One that was dropped early is compared case by case
 * with what the other scored on those very cases, and never counts as better: what made it stop is not known.
 */
export function compareEvaluations(candidate: Evaluation, base: Evaluation): Comparison {
  const differences = pairedDifferences(candidate, base)
  const unchanged = differences.length > 0 && differences.every((difference) => Math.abs(difference) < CLOSE)
  if (candidate.complete && base.complete) {
    if (candidate.score > base.score + CLOSE) return 'better'
    if (candidate.score < base.score - CLOSE) return 'worse'
    return unchanged ? 'same' : 'even'
  }
  if (differences.length === 0) return 'worse'
  if (unchanged) return 'same'
  return differences.reduce((sum, difference) => sum + difference, 0) < 0 ? 'worse' : 'even'
}

function pairedDifferences(candidate: Evaluation, base: Evaluation): number[] {
  const differences: number[] = []
  for (const [caseId, runs] of candidate.runs) {
    const [mine, theirs] = [meanScore(runs), meanScore(base.runs.get(caseId) ?? [])]
    if (mine !== undefined && theirs !== undefined) differences.push(mine - theirs)
  }
  return differences
}

function meanScore(runs: readonly CaseRun[]): number | undefined {
  const scores = runs.flatMap(({ score }) => (score === undefined ? [] : [score]))
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length
}
