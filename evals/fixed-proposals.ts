/** An optimizer of a few lines for examples without a model: it proposes code from a fixed list that somebody wrote. It learns nothing. */
import type { Optimizer } from 'trace-eval/optimizers'

/** Proposes each code of `lists`, by parameter name, once: one in a round, the first parameter's first. */
export function fixedProposals(lists: Readonly<Record<string, readonly string[]>>): Optimizer {
  return {
    name: 'fixed list of proposals (no model)', kinds: ['code'],
    begin() {
      const left = Object.entries(lists).flatMap(([name, codes]) => codes.map((code) => ({ [name]: code })))
      return {
        propose() {
          const changes = left.shift()
          return changes === undefined ? [] : [{ changes, reason: 'the next of a fixed list' }]
        },
      }
    },
  }
}
