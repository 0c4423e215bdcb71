/**
 * How often verdicts are wrong, through the code that gates run: `node bench/verdicts.ts [improved|coverage|rubric|skewed|flips] [--suites 2000] [--cases 50]`. Stage: gate.
 *
 * - improved: twenty candidates that are all exactly as good as the start; the best on the cases to learn from is judged on held-out ones, as
 *   `train` does, and a gate asks whether it is better. At most 5 % of the suites may say so.
 * - coverage, rubric, skewed: suites whose true mean score is known, of pass/fail, of a rubric, and of scores with a tail; the lower bound has to lie at or below it in 95 %.
 * - flips: every verdict is asked for twice, with the cases in another order; none may differ.
 */
import { parseArgs } from 'node:util'
import { seededRandom, type Random } from '../src/core/random.ts'
import { decide, type Measured } from '../src/gate/decide.ts'
import { resolveGate, type GateOptions, type GateRule } from '../src/gate/gate-rule.ts'
import type { Verdict } from '../src/gate/verdict.ts'
import { comparePaired } from '../src/stats/paired.ts'
import { heldOutCount } from '../src/train/splits.ts'

const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { suites: { type: 'string', default: '2000' }, cases: { type: 'string', multiple: true } } })
const suites = Number(flags.suites)
const sizes = flags.cases?.map(Number) ?? [5, 10, 20, 50, 100, 200]
const CANDIDATES = 20

interface Population { readonly name: string; readonly mean: number; draw(random: Random): number }
const passFail = (rate: number): Population => ({ name: `pass/fail, ${rate}`, mean: rate, draw: (random) => (random.next() < rate ? 1 : 0) })
const steps = [0, 0.25, 0.5, 0.75, 0.75, 0.75, 1, 1, 1, 1]
const rubric: Population = { name: 'five-step rubric', mean: steps.reduce((sum, step) => sum + step, 0) / steps.length, draw: (random) => random.pick(steps) }
const skewed: Population = { name: 'one in ten 0, rest 0.9', mean: 0.81, draw: (random) => (random.next() < 0.1 ? 0 : 0.9) }

const draw = (population: Population, n: number, random: Random): number[] => Array.from({ length: n }, () => population.draw(random))
const mean = (scores: readonly number[]): number => scores.reduce((sum, score) => sum + score, 0) / scores.length
const suite = (scores: readonly number[], more: Partial<Measured> = {}): Measured =>
  ({ scores, heldOut: true, seed: 'bench', total: scores.length, failing: 0, mustPassFailed: [], unscored: 0, optimized: true, partial: false, ...more })
const change = (before: readonly number[], after: readonly number[], more: Partial<Measured> = {}): Measured =>
  suite(after, { rules: [{ scores: after, before, heldOut: more.heldOut ?? true, seed: 'bench', unchanged: before === after }], ...more })

const percent = (count: number, of = suites): string => `${(100 * count / of).toFixed(1)} %`
/** Two Monte-Carlo errors around a share. */
const margin = (share: number): number => 2 * Math.sqrt(share * (1 - share) / suites)
const row = (...cells: readonly string[]): void => { process.stdout.write(`${cells.map((cell, index) => (index === 0 ? cell.padEnd(26) : cell.padStart(14))).join('')}\n`) }
const within = (holds: boolean): string => (holds ? 'holds' : 'FAILS')
let failed = false
const check = (holds: boolean): string => { failed ||= !holds; return within(holds) }

const parts: Readonly<Record<string, () => void>> = {
  improved() {
    process.stdout.write(`Best of ${CANDIDATES} candidates that are no better: verdicts "improved", of ${suites} suites; allowed ${(100 * (0.05 + margin(0.05))).toFixed(1)} %\n\n`)
    row('scores', 'cases', 'held out', 'on the same', 'on held-out', '', 'bound holds', '')
    const rule = resolveGate({ minImprovement: 0 })
    for (const [population, sizes] of [[passFail(0.7), [20, 40, 100]], [rubric, [40]]] as const) {
      for (const cases of sizes) {
        const random = seededRandom(`improved/${population.name}/${cases}`)
        const held = heldOutCount(cases)
        let [same, fresh, covered] = [0, 0, 0]
        for (let repeat = 0; repeat < suites; repeat++) {
          const learn = cases - held
          const start = draw(population, learn, random)
          const best = Array.from({ length: CANDIDATES }, () => draw(population, learn, random)).reduce((a, b) => (mean(b) > mean(a) ? b : a))
          // What the same test would say on the cases that it was chosen by.
          if (comparePaired(start, best, { seed: 'bench' }).p <= 0.05) same++
          const [before, after] = [draw(population, held, random), draw(population, held, random)]
          // Not better on held-out cases: not adopted, and the start is the final one.
          const final = mean(best) > mean(start) && mean(after) > mean(before) ? after : before
          if (decide(rule, change(before, final)).verdict === 'pass') fresh++
          const chosen = mean(best) > mean(start) ? { chosen: final === after ? 'winner' as const : 'start' as const } : {}
          if (decide(resolveGate({ threshold: 0.5 }), suite(final, chosen)).final.lower <= population.mean + 1e-12) covered++
        }
        row(cases === sizes[0] ? population.name : '', `${cases}`, `${held}`, percent(same), percent(fresh), check(fresh / suites <= 0.05 + margin(0.05)), percent(covered), check(covered / suites >= 0.95 - margin(0.95)))
      }
    }
  },
  coverage() { coverage([passFail(0.5), passFail(0.7), passFail(0.9), passFail(0.95)]) },
  rubric() { coverage([rubric]) },
  skewed() { coverage([skewed]) },
  flips() {
    const random = seededRandom('flips')
    const rules: readonly GateOptions[] = [{ threshold: 0.8 }, { minImprovement: 0 }, { minImprovement: 0.05 }, { maxRegression: 0.02 }]
    let [asked, flipped] = [0, 0]
    for (let repeat = 0; repeat < suites / 10; repeat++) {
      for (const population of [passFail(0.8), rubric]) {
        for (const options of rules) {
          const [before, after] = [draw(population, 30, random), draw(population, 30, random)]
          const order = random.shuffle(before.map((_, index) => index))
          const rule = resolveGate(options)
          const ask = (at: readonly number[]): string => said(rule, change(at.map((index) => before[index]!), at.map((index) => after[index]!)))
          asked++
          if (ask(before.map((_, index) => index)) !== ask(order)) flipped++
        }
      }
    }
    process.stdout.write(`Verdicts that differ when the same outputs are judged again, in another order: ${flipped} of ${asked}, ${check(flipped === 0)}\n`)
  },
}

const said = (rule: GateRule, measured: Measured): string => { const { verdict, passed, reason }: Verdict = decide(rule, measured); return `${verdict} ${passed} ${reason}` }

function coverage(populations: readonly Population[]): void {
  process.stdout.write(`The 95 % lower bound lies at or below the true mean, of ${suites} suites; asked for ${(100 * (0.95 - margin(0.95))).toFixed(1)} %\n\n`)
  row('scores', 'cases', 'holds', '', 'below mean by')
  const rule = resolveGate({ threshold: 0 })
  for (const population of populations) {
    for (const n of sizes) {
      const random = seededRandom(`coverage/${population.name}/${n}`)
      let [held, shortfall] = [0, 0]
      for (let repeat = 0; repeat < suites; repeat++) {
        const { lower } = decide(rule, suite(draw(population, n, random))).final
        if (lower <= population.mean + 1e-12) held++
        shortfall += population.mean - lower
      }
      row(n === sizes[0] ? population.name : '', `${n}`, percent(held), check(held / suites >= 0.95 - margin(0.95)), (shortfall / suites).toFixed(3))
    }
  }
}

const started = process.cpuUsage()
for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
  const part = Object.hasOwn(parts, name) ? parts[name]! : undefined
  if (part === undefined) throw new Error(`expected one of ${Object.keys(parts).join(', ')}, received ${name}`)
  part()
}
process.stdout.write(`\n${(process.cpuUsage(started).user / 1e6).toFixed(1)} s of CPU\n`)
if (failed) process.exitCode = 1
