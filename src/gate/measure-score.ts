/** The score of a set of cases, with the bounds of the gate. Stage: gate. */
import { scoreBounds } from '../stats/bounds.ts'
import { meanOf, unitScores } from '../stats/unit-scores.ts'
import type { MeasuredScore } from './verdict.ts'

/** Scores of cases, and what they are scores of. */
export interface CaseScores {
  /** One per measured case, 0 to 1: the mean of its trials. */
  readonly scores: readonly number[]
  /** One per score; cases of one cluster count as one, with their mean. @defaultValue every case alone */
  readonly clusters?: readonly (string | undefined)[]
  /** No parameter was learned from these cases. */
  readonly heldOut: boolean
  /**
   * Of the draws behind the bounds of fractional scores. Best a name that outlives the run, as the workflow's: then the same scores
   * get the same verdict in every run.
   */
  readonly seed: string
}

/** A measured score, and what it takes to explain it. */
export interface ScoreDetails {
  readonly measured: MeasuredScore
  /** Every unit scored 0 or 1, so that "22 of 24" says it all. */
  readonly isPassFail: boolean
  /** Mean of the squared scores. */
  readonly meanSquare: number
  /** Cases behind the units. */
  readonly cases: number
}

/** The mean of `scores` as the gate sees it; the report shows the starting values' score by the same numbers. */
export function measureScore({ scores, clusters = [], heldOut, seed }: CaseScores, confidence: number, lowerConfidence = confidence): MeasuredScore {
  const { mean, lower, upper, n, passed } = scoreBounds(scores, { confidence, lowerConfidence, seed, clusters })
  return { score: mean, n, passed, lower, upper, heldOut }
}

/** `measureScore` with what the reason of a verdict needs beside it. */
export function scoreDetails(cases: CaseScores, confidence: number, lowerConfidence?: number): ScoreDetails {
  const units = unitScores(cases.scores, cases.clusters)
  return {
    measured: measureScore(cases, confidence, lowerConfidence),
    isPassFail: units.every((score) => score === 0 || score === 1),
    meanSquare: meanOf(units.map((score) => score * score)),
    cases: cases.scores.length,
  }
}
