/** From scores of cases to scores of independent units. Stage: stats. */

/**
 * One score per cluster, the mean of its cases; a case without a cluster is its own. Cases that share a document, a template or a
 * user rise and fall together, so they count once: every cluster weighs the same, however many cases it has.
 *
 * @param clusters Beside `scores`, one name per case, or none for a case that stands alone.
 */
export function unitScores(scores: readonly number[], clusters: readonly (string | undefined)[] = []): number[] {
  const alone: number[] = []
  const byCluster = new Map<string, number[]>()
  for (const [index, score] of scores.entries()) {
    const cluster = clusters[index]
    const members = cluster === undefined ? undefined : byCluster.get(cluster)
    if (cluster === undefined) alone.push(score)
    else if (members === undefined) byCluster.set(cluster, [score])
    else members.push(score)
  }
  return [...alone, ...[...byCluster.values()].map(meanOf)]
}

/** The mean, in an order of its own, so that it depends on the values only; 0 of none. */
export function meanOf(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sum = values.toSorted((a, b) => a - b).reduce((total, value) => total + value, 0)
  return sum / values.length
}
