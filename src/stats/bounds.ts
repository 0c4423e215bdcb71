/** The mean score with the bounds that a gate decides by. Stage: stats. */
import { TraceEvalError } from '../core/errors.ts'
import { seededRandom } from '../core/random.ts'
import { clopperPearson } from './binomial.ts'
import { gaffke } from './gaffke.ts'
import { meanOf, unitScores } from './unit-scores.ts'

/** How sure, from which seed, and which cases belong together. */
export interface BoundsOptions {
  /** Of each one-sided bound, above 0.5 and below 1. */
  readonly confidence: number
  /** Of the lower bound, where it is another: one that has to hold beside another look at the same cases. @defaultValue confidence */
  readonly lowerConfidence?: number
  /** The same seed and scores give the same bounds. Pass/fail scores draw nothing. */
  readonly seed: string
  /** One per score; cases of one cluster count as one, with their mean. @defaultValue every case alone */
  readonly clusters?: readonly (string | undefined)[]
}

/** A mean score, 0 to 1, and how far the true one may be from it. */
export interface ScoreBounds {
  /** Of the units; 0 where there are none. */
  readonly mean: number
  /** The true mean is at least this, with the confidence asked for. */
  readonly lower: number
  /** The true mean is at most this, with the confidence asked for. */
  readonly upper: number
  /** Units: clusters, and cases without one. */
  readonly n: number
  /** Units with a full score. */
  readonly passed: number
  /** `exact`: all units scored 0 or 1 (Clopper–Pearson); `gaffke`: fractional scores; `none`: nothing was measured. */
  readonly method: 'exact' | 'gaffke' | 'none'
}

/**
 * The mean of `scores` and its one-sided bounds: exact for pass/fail scores, Gaffke's otherwise. The bounds enclose the mean, do not
 * depend on the order of the scores, and never fall when a score rises. Without scores they are 0 and 1.
 *
 * @throws {TraceEvalError} `SCORE_RANGE` for a score that is not between 0 and 1, `CONFIDENCE_RANGE` for an impossible confidence.
 * @example
 * ```ts no-run
 * scoreBounds([1, 1, 1, 0], { confidence: 0.95, seed: 'routing' }) // mean 0.75, lower 0.249, upper 0.987
 * ```
 */
export function scoreBounds(scores: readonly number[], { confidence, lowerConfidence = confidence, seed, clusters }: BoundsOptions): ScoreBounds {
  requireConfidence(confidence)
  requireConfidence(lowerConfidence)
  requireScores(scores)
  const units = unitScores(scores, clusters)
  const n = units.length
  const passed = units.filter((score) => score === 1).length
  if (n === 0) return { mean: 0, lower: 0, upper: 1, n, passed, method: 'none' }
  const mean = meanOf(units)
  if (units.every((score) => score === 0 || score === 1)) return { mean, ...exactBounds(passed, n, { confidence, lowerConfidence }), n, passed, method: 'exact' }
  return { mean, ...fractionalBounds(units, mean, { confidence, lowerConfidence, seed }), n, passed, method: 'gaffke' }
}

/**
 * Gaffke's bounds between those of the scores rounded down and rounded up to pass/fail, which are known exactly. The true value lies
 * there, so this only removes errors of the draws, and joins the two methods without a step.
 */
function fractionalBounds(units: readonly number[], mean: number, { seed, ...levels }: Levels & { seed: string }) {
  const n = units.length
  const drawn = gaffke(units, { ...levels, random: seededRandom(`bounds/${seed}`) })
  const worst = exactBounds(units.filter((score) => score === 1).length, n, levels)
  const best = exactBounds(units.filter((score) => score > 0).length, n, levels)
  return {
    lower: Math.min(mean, clamp(drawn.lower, worst.lower, best.lower)),
    upper: Math.max(mean, clamp(drawn.upper, worst.upper, best.upper)),
  }
}

interface Levels { readonly confidence: number; readonly lowerConfidence: number }

function exactBounds(passed: number, n: number, { confidence, lowerConfidence }: Levels) {
  const { upper, lower } = clopperPearson(passed, n, { confidence })
  return { upper, lower: lowerConfidence === confidence ? lower : clopperPearson(passed, n, { confidence: lowerConfidence }).lower }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

function requireConfidence(confidence: number): void {
  if (confidence > 0.5 && confidence < 1) return
  throw new TraceEvalError('CONFIDENCE_RANGE', `expected a confidence above 0.5 and below 1, received ${confidence}`, {
    hint: 'Use 0.95 for 95 %.',
  })
}

/** Refuses what is no score from 0 to 1. */
export function requireScores(scores: readonly number[]): void {
  const index = scores.findIndex((score) => !(score >= 0 && score <= 1))
  if (index === -1) return
  throw new TraceEvalError('SCORE_RANGE', `expected every score between 0 and 1, received ${String(scores[index])}`, {
    at: `score ${index + 1} of ${scores.length}`,
    hint: 'Divide points by the most that can be reached, and leave out what could not be measured.',
  })
}
