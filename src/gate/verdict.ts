/** The gate: a rule for the final score, and the verdict it gives. Stage: gate. */

/** When a run passes. */
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
