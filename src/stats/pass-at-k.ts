/** What several trials of one case say about the next ones. Stage: stats. */

/**
 * The chance that at least one of `k` trials passes, from `passed` of `n` trials, without bias: one minus the share of choices of `k`
 * trials without a pass. `k` is at most `n`.
 *
 * Chen et al., "Evaluating large language models trained on code" (2021), where it is called pass@k.
 */
export function passAtK(passed: number, n: number, k: number): number {
  return 1 - allOf(n - passed, n, k)
}

/**
 * The chance that all of `k` trials pass, from `passed` of `n` trials, without bias: how far one can rely on it. `k` is at most `n`.
 *
 * Yao et al., "τ-bench" (2024), where it is called pass^k.
 */
export function passHatK(passed: number, n: number, k: number): number {
  return allOf(passed, n, k)
}

/** The share of choices of `k` among `n` that are all among `some`. */
function allOf(some: number, n: number, k: number): number {
  let share = 1
  for (let drawn = 0; drawn < k; drawn++) share *= Math.max(0, some - drawn) / (n - drawn)
  return share
}
