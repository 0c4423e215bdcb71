/** The gate: what a run has to reach, checked before anything runs. Stage: gate. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'

/** What a person may say about the gate of a workflow. */
export interface GateOptions {
  /** The mean score, 0 to 1, that the final values must reach. @defaultValue none: every case must pass, as in a unit test */
  readonly threshold?: number | undefined
  /** `'none'`: only report. */
  readonly gate?: 'none' | undefined
  /** Of each one-sided bound, above 0.5 and below 1. @defaultValue 0.95 */
  readonly confidence?: number | undefined
  /**
   * How a result that the bounds do not settle resolves: `'point'`, by the score alone; `'fail'`, as a failure.
   *
   * @defaultValue 'point'
   */
  readonly onInconclusive?: 'point' | 'fail' | undefined
}

/** When a run passes: options with their defaults applied, and possible. */
export interface GateRule {
  /** The score, 0 to 1, that the final values must reach. None: every case must pass. */
  readonly threshold?: number
  /** Only report. */
  readonly none: boolean
  /** Of each one-sided bound. */
  readonly confidence: number
  /** How an inconclusive result resolves: by the point estimate, or as a failure. */
  readonly onInconclusive: 'point' | 'fail'
}

/**
 * The rule that `options` ask for.
 *
 * @param at Where they were written, for the message of an error: a workflow, a flag.
 * @throws {TraceEvalError} `GATE_OPTIONS` for an option outside its range, and for a threshold beside `gate: 'none'`.
 * @example
 * ```ts no-run
 * resolveGate({ threshold: 0.9 }) // { threshold: 0.9, none: false, confidence: 0.95, onInconclusive: 'point' }
 * ```
 */
export function resolveGate(options: GateOptions, at?: string): GateRule {
  const { threshold, gate, confidence = 0.95, onInconclusive = 'point' } = options
  const refuse = (expected: string, received: unknown, hint: string): never => {
    const details = at === undefined ? { hint } : { at, hint }
    throw new TraceEvalError('GATE_OPTIONS', `expected ${expected}, received ${describeValue(received)}`, details)
  }
  if (threshold !== undefined && !isBetween(threshold, 0, 1)) refuse('a threshold between 0 and 1', threshold, thresholdHint(threshold))
  if (gate !== undefined && gate !== 'none') refuse("gate to be 'none' or left out", gate, 'For a gate, give a threshold; without one every case must pass.')
  if (gate === 'none' && threshold !== undefined) {
    refuse("either a threshold or gate 'none'", { threshold, gate }, "Leave out the threshold to only report, or gate: 'none' to be held to it.")
  }
  if (!isBetween(confidence, 0.5, 1) || confidence === 0.5 || confidence === 1) {
    refuse('a confidence above 0.5 and below 1', confidence, 'Use 0.95 for 95 %.')
  }
  if (onInconclusive !== 'point' && onInconclusive !== 'fail') {
    refuse("onInconclusive to be 'point' or 'fail'", onInconclusive, "'point' lets the score decide what the bounds leave open; 'fail' fails it.")
  }
  return { ...(threshold === undefined ? {} : { threshold }), none: gate === 'none', confidence, onInconclusive }
}

function isBetween(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && value >= low && value <= high
}

function thresholdHint(threshold: unknown): string {
  const isPercent = isBetween(threshold, 1, 100)
  return isPercent ? `Write ${Number(threshold) / 100} for ${Number(threshold)} %.` : 'It is a mean score: 0.9 asks for 90 %.'
}
