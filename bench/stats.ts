/**
 * How often the lower bound of a score really holds: `node bench/stats.ts`. Stage: stats.
 *
 * Draws many suites of cases from populations whose true mean score is known, and counts how often the one-sided 95 % lower bound
 * lies at or below it. A sound bound holds in at least 95 % of the suites; the textbook one (mean - 1.645 s / √n) stands beside it.
 */
import { seededRandom } from '../src/core/random.ts'
import type { Random } from '../src/core/random.ts'
import { clopperPearson } from '../src/stats/binomial.ts'
import { gaffke } from '../src/stats/gaffke.ts'
import { meanOf } from '../src/stats/unit-scores.ts'

const repeats = 2_000
const sizes = [5, 10, 20, 50, 100, 200]
const confidence = 0.95
// The gate draws 20,000; fewer make the bound noisier, so what holds here holds there.
const draws = 500

interface Population {
  readonly name: string
  readonly mean: number
  draw(random: Random): number
}

const passFail = (rate: number): Population => ({ name: `pass/fail, ${rate}`, mean: rate, draw: (random) => (random.next() < rate ? 1 : 0) })
const steps = [0, 0.25, 0.5, 0.75, 1, 0.75, 1, 1, 0.75, 1]

const populations: readonly Population[] = [
  passFail(0.5), passFail(0.7), passFail(0.9), passFail(0.95),
  { name: 'one in ten 0, rest near 0.93', mean: 0.9 * 0.93, draw: (random) => (random.next() < 0.1 ? 0 : 0.88 + 0.1 * random.next()) },
  { name: 'five-step rubric', mean: meanOf(steps), draw: (random) => random.pick(steps) },
  { name: 'anything from 0 to 1', mean: 0.5, draw: (random) => random.next() },
]

/** The share of suites in which each bound holds, and how far the sound one lies below the mean. */
function measure(population: Population, n: number): { held: number; textbookHeld: number; shortfall: number } {
  const random = seededRandom(`bench/${population.name}/${n}`)
  let [held, textbookHeld, shortfall] = [0, 0, 0]
  for (let repeat = 0; repeat < repeats; repeat++) {
    const scores = Array.from({ length: n }, () => population.draw(random))
    const lower = lowerBound(scores, random)
    if (lower <= population.mean) held++
    if (textbookLower(scores) <= population.mean) textbookHeld++
    shortfall += population.mean - lower
  }
  return { held: held / repeats, textbookHeld: textbookHeld / repeats, shortfall: shortfall / repeats }
}

/** As `scoreBounds` chooses it, exact for pass/fail scores, with fewer draws otherwise. */
function lowerBound(scores: readonly number[], random: Random): number {
  if (!scores.every((score) => score === 0 || score === 1)) return gaffke(scores, { confidence, random, draws }).lower
  return clopperPearson(scores.filter((score) => score === 1).length, scores.length, { confidence }).lower
}

function textbookLower(scores: readonly number[]): number {
  const mean = meanOf(scores)
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (scores.length - 1)
  return mean - 1.6448536269514722 * Math.sqrt(variance / scores.length)
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const row = (name: string, ...cells: readonly string[]): string => `${name.padEnd(32)}${cells.map((cell) => cell.padStart(12)).join('')}\n`

process.stdout.write(`How often a one-sided 95 % lower bound holds, over ${repeats.toLocaleString('en-US')} suites of n cases\n\n`)
process.stdout.write(row('scores', 'n', 'ours', 'textbook', 'below mean'))
const started = performance.now()
for (const population of populations) {
  for (const n of sizes) {
    const { held, textbookHeld, shortfall } = measure(population, n)
    process.stdout.write(row(n === sizes[0] ? population.name : '', `${n}`, percent(held), percent(textbookHeld), shortfall.toFixed(3)))
  }
}
process.stdout.write(`\n${((performance.now() - started) / 1000).toFixed(1)} s\n`)
