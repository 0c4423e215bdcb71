/** The laws that every search strategy keeps, each as a check that throws when it is broken. Stage: testing. */
import { expect } from 'vitest'
import { canonicalJson } from '../core/canonical-json.ts'
import { hashFraction } from '../core/hash.ts'
import { seededRandom } from '../core/random.ts'
import { bundle } from '../graph/bundle.ts'
import { parameter, withParameters } from '../graph/parameter.ts'
import { resolvePlan } from '../train/defaults.ts'
import type { CaseRequest, TrainOutcome } from '../train/outcome.ts'
import type { Member, SearchStrategy, StrategyView } from '../train/strategy.ts'
import { train } from '../train/train.ts'
import { randomSearch } from '../optimize/search/random-search.ts'
import { frozen } from './frozen.ts'
import { shaped } from './shaped.ts'

/** One law. */
export interface StrategyLaw {
  /** A rule a user can read. */
  readonly title: string
  /** Throws when `make()` breaks it. Each call of `make` must give a fresh strategy. */
  check(make: () => SearchStrategy): void | Promise<void>
}

const laws: readonly StrategyLaw[] = [
  {
    title: 'has a name, and keeps at least one member',
    check(make) {
      const { name, size, cut } = make()
      expect(name).not.toBe('')
      expect(Number.isSafeInteger(size) && size >= 1, 'size is a whole number from 1 up').toBe(true)
      expect(cut === undefined || cut > 1, 'cut is above 1').toBe(true)
    },
  },
  {
    title: 'goes on from members, from at least one',
    check(make) {
      for (const view of views) {
        const parents = make().parents(view)
        expect(parents, 'parents').not.toHaveLength(0)
        for (const parent of parents) expect(view.members, 'members of the view').toContain(parent)
        expect(new Set(parents).size, 'each parent once').toBe(parents.length)
      }
    },
  },
  {
    title: 'races newcomers against members',
    check(make) {
      for (const view of views) {
        const strategy = make()
        for (const parent of strategy.parents(view)) {
          const rival = strategy.rival?.(view, parent)
          if (rival !== undefined) expect(view.members, 'members of the view').toContain(rival)
        }
      }
    },
  },
  {
    title: 'lets members survive, each once, not more than it has room for',
    check(make) {
      for (const view of views) {
        const strategy = make()
        const survivors = strategy.survivors(view)
        expect(survivors.length, 'survivors').toBeLessThanOrEqual(strategy.size)
        for (const survivor of survivors) expect(view.members, 'members of the view').toContain(survivor)
        expect(new Set(survivors).size, 'each survivor once').toBe(survivors.length)
      }
    },
  },
  {
    title: 'merges values of members and nothing else',
    check(make) {
      for (const view of views) {
        for (const { base, changes } of make().merges?.(view) ?? []) {
          expect(view.members, 'members of the view').toContain(base)
          expect(Object.keys(changes), 'changes of a merge').not.toHaveLength(0)
          for (const [name, value] of Object.entries(changes)) expect(view.members.map(({ values }) => canonicalJson(values[name])), `values of ${name}`).toContain(canonicalJson(value))
        }
      }
    },
  },
  {
    title: 'decides the same for the same view and seed, whatever it decided before',
    check(make) {
      const shared = make()
      for (const [index, view] of views.entries()) {
        decide(shared, views[(index + 1) % views.length]!)
        expect(decide(shared, reseeded(view)), `view ${index}`).toEqual(decide(make(), reseeded(view)))
      }
    },
  },
  {
    title: 'does not write to what it is shown',
    check(make) {
      for (const view of views) expect(decide(make(), view)).toHaveLength(3)
    },
  },
  {
    title: 'trains within its budget, runs no case twice with the same values, and never ends worse than it began',
    async check(make) {
      for (const seed of ['1', '2']) {
        const { outcome, calls } = await trained(make(), seed)
        expect(outcome.evaluations).toBeLessThanOrEqual(BUDGET)
        expect(new Set(calls).size, 'case runs with different values').toBe(calls.length)
        expect(meanOf(outcome.finalRuns), 'final score').toBeGreaterThanOrEqual(meanOf(outcome.startRuns))
        for (const round of outcome.rounds) expect(round.after, `round ${round.round}`).toBeGreaterThanOrEqual(round.before)
      }
    },
  },
  {
    title: 'trains the same for the same seed',
    async check(make) {
      const [once, again] = [await trained(make(), '3'), await trained(make(), '3')]
      expect(again.calls).toEqual(once.calls)
    },
  },
]

/** Every law, in the order of the interface. */
export const strategyLaws: readonly StrategyLaw[] = laws.map(({ title, check }) => ({
  title,
  async check(make) { await check(shaped('strategy', { name: 'text', parents: 'function', survivors: 'function' }, 'docs/strategies.md', make)) },
}))

const CASES = ['a', 'b', 'c', 'd', 'e']

/** A member that scores as `seed` says. */
function member(id: number, seed: string, score = (caseId: string): number => Math.round(hashFraction(`${seed} ${id} ${caseId}`) * 10) / 10): Member {
  const scores = new Map(CASES.map((caseId) => [caseId, score(caseId)]))
  const values = Object.fromEntries(['one', 'two', 'three'].map((name) => [name, hashFraction(`${seed} ${id} ${name}`) < 0.5 ? 0 : id]))
  const failures = new Map(CASES.map((caseId) => [caseId, Math.floor(hashFraction(`${seed} ${id} fails in ${caseId}`) * 4)]))
  return { id, values, scores, failures, score: [...scores.values()].reduce((sum, one) => sum + one, 0) / CASES.length, costs: new Map(), asked: id % 3 }
}

function viewOf(members: readonly Member[], more: Partial<StrategyView> = {}): StrategyView {
  const { members: own, ...rest } = frozen({ round: 4, members, start: { one: 0, two: 0, three: 0 }, stalled: 0, ...more })
  const best = own.reduce((best, one) => (one.score > best.score ? one : best))
  return Object.freeze({ ...rest, members: own, best, random: seededRandom('contract') })
}

/** One member, many, equal ones, unmeasured ones, with costs, after rounds without a gain. */
const views: readonly StrategyView[] = [
  viewOf([member(0, 'alone')], { round: 1 }),
  ...['x', 'y', 'z'].map((seed) => viewOf(Array.from({ length: 14 }, (_, id) => member(id, seed)))),
  viewOf(Array.from({ length: 6 }, (_, id) => member(id, 'stalled')), { stalled: 3 }),
  viewOf(Array.from({ length: 6 }, (_, id) => member(id, 'equal', () => 0.5))),
  viewOf(Array.from({ length: 3 }, (_, id) => ({ ...member(id, 'unmeasured'), scores: new Map<string, number>(), failures: new Map<string, number>(), score: 0 }))),
  viewOf(Array.from({ length: 9 }, (_, id) => ({ ...member(id, 'costs'), costs: new Map([['promptLength', hashFraction(`length ${id}`)]]) })), { stalled: 4 }),
]

const reseeded = (view: StrategyView): StrategyView => ({ ...view, random: seededRandom('again') })

function decide(strategy: SearchStrategy, view: StrategyView): unknown[] {
  const ids = (members: readonly Member[]): number[] => members.map(({ id }) => id)
  return [ids(strategy.parents(view)), strategy.merges?.(view).map(({ base, changes }) => [base.id, changes]) ?? [], ids(strategy.survivors(view))]
}

const BUDGET = 300

/** A small training: 3 settings, 12 cases that each want other ones. */
async function trained(strategy: SearchStrategy, seed: string): Promise<{ readonly outcome: TrainOutcome; readonly calls: readonly string[] }> {
  const settings = ['one', 'two', 'three'].map((name) => parameter(name, 0.5, { range: [0, 1] }))
  const read = bundle(function read(values: Readonly<Record<string, number>>) { return values })
  const calls: string[] = []
  const runCase = async ({ case: { id }, trial, values }: CaseRequest) => {
    calls.push(`${id}/${trial} ${canonicalJson(values)}`)
    const assignments = Object.entries(values).map(([name, value]) => settings.find((one) => one.name === name)!.with(value as number))
    const output = withParameters(assignments, () => read(Object.fromEntries(settings.map((one) => [one.name, one]))))
    const off = settings.reduce((sum, { name }) => sum + Math.abs(output.value[name]! - hashFraction(`${id} wants ${name}`)), 0)
    return { caseId: id, trial, score: 1 - off / 3, checks: [], feedback: [], durationMs: 1, trace: { outputs: [output], leaks: [] } }
  }
  const plan = resolvePlan({ workflow: 'strategy', cases: Array.from({ length: 12 }, (_, index) => ({ id: `case ${index}` })), strategy, seed, rounds: 6, maxCandidates: 4, maxEvaluations: BUDGET, concurrency: 1 })
  return { outcome: await train(plan, randomSearch(), { runCase, signal: new AbortController().signal }), calls }
}

function meanOf(runs: TrainOutcome['startRuns']): number {
  return Array.from(runs.values(), ([run]) => run?.score ?? 0).reduce((sum, score) => sum + score, 0) / Math.max(1, runs.size)
}
