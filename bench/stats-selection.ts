/**
 * Why cases are held out: `node bench/stats-selection.ts`. Stage: stats.
 *
 * Twenty candidates that are all exactly as good as the start are scored on the same cases, and the best is compared with the start:
 * once on those cases, once on as many fresh ones. A test at 5 % should call an improvement in at most 5 % of the runs.
 */
import { seededRandom } from '../src/core/random.ts'
import { meanOf } from '../src/stats/unit-scores.ts'
import { comparePaired } from '../src/stats/paired.ts'

const repeats = 2_000
const candidates = 20
const passRate = 0.7

const random = seededRandom('bench/selection')
const suite = (n: number): number[] => Array.from({ length: n }, () => (random.next() < passRate ? 1 : 0))
const improved = (before: readonly number[], after: readonly number[]): boolean => comparePaired(before, after, { seed: '' }).p <= 0.05
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

process.stdout.write(`Improvement called at 5 % for the best of ${candidates} candidates that are no better, over ${repeats.toLocaleString('en-US')} runs\n\n`)
process.stdout.write(`${'cases'.padEnd(8)}${'same cases'.padStart(12)}${'fresh cases'.padStart(14)}${'too high by'.padStart(14)}\n`)
for (const n of [20, 50, 100, 300]) {
  let [same, fresh, optimism] = [0, 0, 0]
  for (let repeat = 0; repeat < repeats; repeat++) {
    const best = Array.from({ length: candidates }, () => suite(n)).toSorted((a, b) => meanOf(b) - meanOf(a))[0]!
    if (improved(suite(n), best)) same++
    if (improved(suite(n), suite(n))) fresh++
    optimism += meanOf(best) - passRate
  }
  process.stdout.write(`${`${n}`.padEnd(8)}${percent(same / repeats).padStart(12)}${percent(fresh / repeats).padStart(14)}${(optimism / repeats).toFixed(3).padStart(14)}\n`)
}
