/** Which cases are learned from, and which are held out until the end. Stage: train. */
import { hashFraction } from '../core/hash.ts'
import type { TrainingCase } from '../feedback/case-run.ts'
import type { TrainPlan } from './outcome.ts'

/** The two sides, each in the order of the cases. */
export interface Split {
  readonly learn: readonly TrainingCase[]
  readonly heldOut: readonly TrainingCase[]
}

/** How many of `count` cases are held out: none below 20, half below 60, 40 % up to 200, then 30 % and at least 80. */
export function heldOutCount(count: number): number {
  if (count < 20) return 0
  if (count < 60) return Math.floor(count / 2)
  if (count <= 200) return Math.floor((count * 2) / 5)
  return Math.max(80, Math.floor((count * 3) / 10))
}

/**
 * Divides cases by the hash of their cluster (a case without one is its own): clusters are taken in the order of their
 * hashes, whole, as long as they fit into the number to hold out. So the numbers are exact when every case stands
 * alone, nothing depends on the order of the cases, and a case that is added or left out within a size band moves at
 * most one other case across. Where no cluster is small enough, the smallest one is held out; a single cluster is not.
 *
 * @example
 * ```ts no-run
 * splitCases(sixtyCases).heldOut.length // 24
 * ```
 */
export function splitCases(cases: readonly TrainingCase[]): Split {
  const target = heldOutCount(cases.length)
  const clusters = target === 0 ? [] : byHash(cases)
  const taken = new Set<string>()
  let held = 0
  for (const { name, size } of clusters) {
    if (held + size > target) continue
    taken.add(name)
    held += size
  }
  if (taken.size === 0 && clusters.length > 1) taken.add(clusters.reduce((least, next) => (next.size < least.size ? next : least)).name)
  return { learn: cases.filter((one) => !taken.has(clusterOf(one))), heldOut: cases.filter((one) => taken.has(clusterOf(one))) }
}

/**
 * The split of a plan. Cases are held out where values are chosen by the others: where something will be optimized, and where
 * the starting values are saved ones, since an earlier run chose them by these cases.
 */
export function planSplit({ cases, holdOut, startValues }: Pick<TrainPlan, 'cases' | 'holdOut' | 'startValues'>, optimizes: boolean): Split {
  return holdOut && (optimizes || Object.keys(startValues).length > 0) ? splitCases(cases) : { learn: cases, heldOut: [] }
}

const clusterOf = ({ id, cluster = id }: TrainingCase): string => cluster

function byHash(cases: readonly TrainingCase[]): { name: string; size: number }[] {
  const sizes = new Map<string, number>()
  for (const one of cases) sizes.set(clusterOf(one), (sizes.get(clusterOf(one)) ?? 0) + 1)
  return Array.from(sizes, ([name, size]) => ({ name, size, at: hashFraction(`split:${name}`) }))
    .sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1))
}
