/** One exit code for a whole run. Stage: gate. */
import type { Verdict } from './verdict.ts'

/** What may end a run beside its verdicts. */
export interface RunEnd {
  /** A person or a signal stopped it. */
  readonly interrupted: boolean
  /** Usage or configuration was wrong. */
  readonly configError: boolean
}

/**
 * 0 passed · 1 a gate failed · 2 usage or configuration · 3 inconclusive where that is set to fail · 4 could not measure ·
 * 130 interrupted. Of several, the first of 2, 130, 1, 4, 3: a gate that failed is never hidden behind one that could not be measured.
 *
 * @param verdicts Of every workflow; none is no failure, so a caller that expects some has to say so. 2 is one whose configuration was wrong.
 */
export function exitCodeOf(verdicts: readonly { readonly exitCode: Verdict['exitCode'] | 2 }[], { interrupted, configError }: RunEnd): 0 | 1 | 2 | 3 | 4 | 130 {
  if (configError || verdicts.some(({ exitCode }) => exitCode === 2)) return 2
  if (interrupted) return 130
  return ([1, 4, 3] as const).find((code) => verdicts.some(({ exitCode }) => exitCode === code)) ?? 0
}
