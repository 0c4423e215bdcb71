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
 * With `tags`, those of gates, each of their cases gives its share: cases with the same of these tags are divided among themselves, and
 * of each tag that two clusters have at least one is held out.
 *
 * @example
 * ```ts no-run
 * splitCases(sixtyCases).heldOut.length // 24
 * splitCases(sixtyCases, ['billing']) // of 10 with this tag 4 are held out
 * ```
 */
export function splitCases(cases: readonly TrainingCase[], tags: readonly string[] = []): Split {
  const target = heldOutCount(cases.length)
  const clusters = target === 0 ? [] : byHash(cases, tags)
  const taken = new Set<Cluster>()
  const take = (some: readonly Cluster[], most: number): void => {
    let held = sizeOf(some.filter((cluster) => taken.has(cluster)))
    for (const cluster of some) {
      if (taken.has(cluster) || held + cluster.size > most) continue
      taken.add(cluster)
      held += cluster.size
    }
  }
  if (tags.length > 0) for (const [stratum, share] of sharesOf(clusters, target / cases.length)) take(stratum, share)
  take(clusters, target)
  // Of every tag in question, and of all cases, something is held out where something else is left to learn from.
  for (const some of [clusters, ...tags.map((tag) => clusters.filter((cluster) => cluster.tags.includes(tag)))]) {
    if (some.length > 1 && !some.some((cluster) => taken.has(cluster))) taken.add(some.reduce((least, next) => (next.size < least.size ? next : least)))
  }
  const names = new Set(Array.from(taken, ({ name }) => name))
  return { learn: cases.filter((one) => !names.has(clusterOf(one))), heldOut: cases.filter((one) => names.has(clusterOf(one))) }
}

/**
 * The split of a plan. Cases are held out where values are chosen by the others: where something will be optimized, and where
 * the starting values are saved ones, since an earlier run chose them by these cases.
 */
export function planSplit({ cases, holdOut, startValues, gatedTags }: Pick<TrainPlan, 'cases' | 'holdOut' | 'startValues' | 'gatedTags'>, optimizes: boolean): Split {
  return holdOut && (optimizes || Object.keys(startValues).length > 0) ? splitCases(cases, gatedTags) : { learn: cases, heldOut: [] }
}

interface Cluster { readonly name: string; size: number; readonly tags: readonly string[] }

const clusterOf = ({ id, cluster = id }: TrainingCase): string => cluster

function sizeOf(clusters: readonly Cluster[]): number { return clusters.reduce((sum, { size }) => sum + size, 0) }

/** With those of `tags` that a case of it has. */
function byHash(cases: readonly TrainingCase[], tags: readonly string[]): Cluster[] {
  const groups = Map.groupBy(cases, clusterOf)
  return Array.from(groups, ([name, members]) => ({ name, size: members.length, tags: tags.filter((tag) => members.some((one) => one.tags?.includes(tag))), at: hashFraction(`split:${name}`) }))
    .sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1))
}

/** Clusters with the same tags, and how many cases of them are held out: rounded down, but one where they have a tag. */
function sharesOf(clusters: readonly Cluster[], share: number): (readonly [Cluster[], number])[] {
  const strata = Map.groupBy(clusters, ({ tags }) => JSON.stringify(tags))
  return Array.from(strata.values(), (stratum) => [stratum, Math.max(stratum[0]!.tags.length > 0 && stratum.length > 1 ? 1 : 0, Math.floor(sizeOf(stratum) * share))] as const)
}
