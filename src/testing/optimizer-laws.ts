/** The laws that every optimizer keeps, each as a check that throws when it is broken. Stage: testing. */
import { expect } from 'vitest'
import { canonicalJson } from '../core/canonical-json.ts'
import type { ParameterValues } from '../feedback/case-run.ts'
import type { Optimizer, ParameterSpec, Proposal } from '../optimize/optimizer.ts'
import { contractParameters, singleValueParameters, smallParameters } from './contract-parameters.ts'
import { beginPlay, firstView, nextView, playRounds, viewOf, type PlayedRound, type PlayOptions } from './play-rounds.ts'
import { shaped } from './shaped.ts'

/** One law. */
export interface OptimizerLaw {
  /** A rule a user can read. */
  readonly title: string
  /** Throws when `make()` breaks it. Each call of `make` must give a fresh optimizer. */
  check(make: () => Optimizer): Promise<void>
}

const wide: PlayOptions = { parameters: contractParameters }
const small: PlayOptions = { parameters: smallParameters, rounds: 20 }

const laws: readonly OptimizerLaw[] = [
  {
    title: 'proposes something when every parameter is blamed',
    async check(make) {
      const [first] = await playRounds(make(), { ...wide, rounds: 1 })
      expect(first!.proposals, 'proposals of the first round').not.toHaveLength(0)
      for (const { changes } of first!.proposals) expect(Object.keys(changes), 'changed parameters').not.toHaveLength(0)
    },
  },
  {
    title: 'changes only parameters of the setup',
    async check(make) {
      const known = new Set(contractParameters.filter(({ domain }) => make().kinds.includes(domain.kind)).map(({ name }) => name))
      for (const name of namesChanged(await playRounds(make(), wide))) expect([...known], 'parameters of the setup').toContain(name)
    },
  },
  {
    title: 'changes only parameters that are blamed',
    async check(make) {
      for (const { name } of contractParameters.filter(({ domain }) => make().kinds.includes(domain.kind))) {
        for (const changed of namesChanged(await playRounds(make(), { ...wide, rounds: 2, blamed: [name] }))) expect(changed, 'a changed parameter').toBe(name)
      }
    },
  },
  {
    title: 'proposes nothing when nothing is blamed',
    async check(make) {
      const played = await playRounds(make(), { ...wide, rounds: 2, blamed: [] })
      expect(played.flatMap(({ proposals }) => proposals)).toEqual([])
    },
  },
  {
    title: 'proposes only values that pass the check of their parameter',
    async check(make) {
      for (const options of [wide, small]) expectValid(options.parameters, await playRounds(make(), options))
    },
  },
  {
    title: 'leaves parameters with a single value alone',
    async check(make) {
      const played = await playRounds(make(), { parameters: [...singleValueParameters, ...smallParameters] })
      for (const name of namesChanged(played)) expect(singleValueParameters.map((spec) => spec.name)).not.toContain(name)
      const alone = await playRounds(make(), { parameters: singleValueParameters, rounds: 1 })
      expect(alone[0]!.proposals).toEqual([])
    },
  },
  {
    title: 'respects maxCandidates',
    async check(make) {
      for (const maxCandidates of [0, 1, 5]) {
        for (const { proposals } of await playRounds(make(), { ...wide, rounds: 2, maxCandidates })) expect(proposals.length).toBeLessThanOrEqual(maxCandidates)
      }
    },
  },
  {
    title: 'never repeats a candidate, and stops when all are used up',
    async check(make) {
      for (const options of [wide, small]) expectNoRepeats(options.parameters, await playRounds(make(), options))
    },
  },
  {
    title: 'proposes the same for the same seed and history',
    async check(make) {
      const [once, again] = [await playRounds(make(), wide), await playRounds(make(), wide)]
      expect(again.map(changesOf)).toEqual(once.map(changesOf))
    },
  },
  {
    title: 'keeps runs apart: one run does not influence another',
    async check(make) {
      const shared = make()
      const alone = await playRounds(make(), wide)
      const runs = [beginPlay(shared, wide), beginPlay(shared, { ...wide, seed: 'other' })]
      let views = runs.map(() => firstView(shared, wide))
      for (const round of alone) {
        const proposals: (readonly Proposal[])[] = []
        for (const [index, run] of runs.toReversed().entries()) proposals.unshift(await run.propose(views[1 - index]!))
        expect(proposals[0]!.map(({ changes }) => changes), `round ${round.view.round}`).toEqual(changesOf(round))
        views = views.map((view, index) => nextView(view, proposals[index]!, wide))
      }
    },
  },
  {
    title: 'does not look at the score of a candidate that was dropped early',
    async check(make) {
      const run = (score: number): Promise<PlayedRound[]> => playRounds(rescored(make(), score), wide)
      expect((await run(1)).map(changesOf)).toEqual((await run(0)).map(changesOf))
    },
  },
  {
    title: 'copes with equal scores, and with scores that are not a number',
    async check(make) {
      for (const score of [0.5, 0, Number.NaN]) expectValid(contractParameters, await playRounds(make(), { ...wide, scoreCase: () => score }))
    },
  },
  {
    title: 'remembers plain data, and ignores a memory that it does not know',
    async check(make) {
      const optimizer = make()
      const run = beginPlay(optimizer, wide)
      let own: unknown
      try {
        const view = firstView(optimizer, wide)
        own = run.memory?.(nextView(view, await run.propose(view), wide).history)
        if (own !== undefined) expect(own, 'what it remembers').toEqual(JSON.parse(JSON.stringify(own)))
      } finally {
        await run.end?.()
      }
      for (const memory of [own, null, 'text', 7, [[]], { lessons: 7, harmful: [[1]] }]) {
        const [first] = await playRounds(make(), { ...wide, rounds: 1, memory })
        expect(first!.proposals, `proposals with ${JSON.stringify(memory)} as its memory`).not.toHaveLength(0)
        expectValid(contractParameters, [first!])
      }
    },
  },
  {
    title: 'does not write to what it is shown',
    async check(make) {
      expect(await playRounds(make(), wide)).toHaveLength(4)
    },
  },
  {
    title: 'proposes nothing once the run is aborted',
    async check(make) {
      const optimizer = make()
      const signal = AbortSignal.abort(new Error('stopped'))
      const propose = async (): Promise<readonly Proposal[]> => beginPlay(optimizer, wide).propose(viewOf({ ...firstView(optimizer, wide), signal }))
      expect(await propose().catch((error: unknown) => { if (error === signal.reason) return []; throw error })).toEqual([])
    },
  },
]

/** Every law, in the order of the interface. */
export const optimizerLaws: readonly OptimizerLaw[] = laws.map(({ title, check }) => ({
  title,
  async check(make) { await check(shaped('optimizer', { name: 'text', kinds: 'list', begin: 'function' }, 'docs/optimizers.md', make)) },
}))

const changesOf = ({ proposals }: PlayedRound): readonly ParameterValues[] => proposals.map(({ changes }) => changes)
const namesChanged = (played: readonly PlayedRound[]): string[] => played.flatMap(changesOf).flatMap(Object.keys)

function expectValid(parameters: readonly ParameterSpec[], played: readonly PlayedRound[]): void {
  for (const [name, value] of played.flatMap(changesOf).flatMap(Object.entries) as [string, unknown][]) {
    const spec = parameters.find((other) => other.name === name)
    expect(spec?.check(value), `${name} = ${canonicalJson(value)}`).not.toHaveProperty('problem')
    expect(canonicalJson(value), `${name} is plain data`).not.toContain('{"$value":')
  }
}

function expectNoRepeats(parameters: readonly ParameterSpec[], played: readonly PlayedRound[]): void {
  const initial = Object.fromEntries(parameters.map((spec) => [spec.name, spec.initial]))
  for (const { view, proposals } of played) {
    const known = new Set(view.history.map(({ values }) => canonicalJson({ ...initial, ...values })))
    for (const { changes } of proposals) {
      const key = canonicalJson({ ...initial, ...view.best.values, ...changes })
      expect(known.has(key), `round ${view.round} repeats ${key}`).toBe(false)
      known.add(key)
    }
  }
}

/** The same optimizer, shown another score wherever an evaluation is incomplete. */
function rescored(optimizer: Optimizer, score: number): Optimizer {
  return {
    ...optimizer,
    begin(setup) {
      const run = optimizer.begin(setup)
      return { propose: (view) => run.propose(viewOf({ ...view, history: view.history.map((evaluation) => (evaluation.complete ? evaluation : { ...evaluation, score })) })) }
    },
  }
}
