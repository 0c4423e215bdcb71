/** In which order a race runs the cases: those that can be fixed first, with some that must not break. Stage: train. */
import type { Random } from '../core/random.ts'
import type { TrainingCase } from '../feedback/case-run.ts'

/** Of every three cases of a race's beginning, this many are failing ones. */
const TARGETS_OF_THREE = 2

/**
 * Cases that fail and depend on a changed parameter (`targets`), two for each passing one (a sentinel), both shuffled;
 * failing cases that no change can reach come last.
 */
export function raceOrder(learn: readonly TrainingCase[], targets: ReadonlySet<string>, passing: ReadonlySet<string>, random: Random): TrainingCase[] {
  const first = random.shuffle(learn.filter(({ id }) => targets.has(id)))
  const sentinels = random.shuffle(learn.filter(({ id }) => passing.has(id) && !targets.has(id)))
  const rest = random.shuffle(learn.filter(({ id }) => !passing.has(id) && !targets.has(id)))
  const order: TrainingCase[] = []
  while (first.length > 0) order.push(...first.splice(0, TARGETS_OF_THREE), ...sentinels.splice(0, 3 - TARGETS_OF_THREE))
  return [...order, ...sentinels, ...rest]
}
