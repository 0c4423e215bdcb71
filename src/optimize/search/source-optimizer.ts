/** An optimizer made of sources of suggestions: it mixes them, and keeps the promises that every optimizer makes. Stage: optimize. */
import type { ParameterKind } from '../../graph/domain.ts'
import type { Coordinate } from './axis.ts'
import { randomPoints } from './initial-design.ts'
import type { Optimizer, OptimizerRun, OptimizerSetup, Proposal, RoundView } from '../optimizer.ts'
import { roundContext, type RoundContext, type Source, type Suggestion } from './round-context.ts'
import { searchSpace, type Point, type SearchSpace } from './search-space.ts'

/** A source, and its share of a round's candidates. */
export interface WeightedSource { readonly source: Source; readonly weight: number }

/** A source is done for the round after this many suggestions in a row that were known already or did not fit. */
const MAX_MISSES = 12
/** Up to this many points a space is searched to its end. */
const SMALL_SPACE = 4096

/** An optimizer that fills each round from `sources(context)`, in proportion to their weights. */
export function sourceOptimizer(name: string, kinds: readonly ParameterKind[], sources: (context: RoundContext) => readonly WeightedSource[]): Optimizer {
  return { name, kinds, begin: (setup) => beginRun(setup, kinds, sources) }
}

function beginRun({ parameters, random }: OptimizerSetup, kinds: readonly ParameterKind[], sources: (context: RoundContext) => readonly WeightedSource[]): OptimizerRun {
  const space = searchSpace(parameters.filter(({ domain }) => kinds.includes(domain.kind)))
  return {
    propose(view: RoundView): readonly Proposal[] {
      const context = roundContext(space, view, random)
      const list = proposalList(space, view, context.best)
      if (context.active.length === 0) return []
      mix(sources(context), context, { list, maxMisses: MAX_MISSES })
      mix([{ source: remaining, weight: 1 }], context, { list, maxMisses: SMALL_SPACE })
      return list.proposals
    },
  }
}

interface ProposalList {
  readonly proposals: Proposal[]
  /** Whether no more are wanted. */
  isFull(): boolean
  /** Takes a suggestion unless it is known, changes nothing, or fails a check. */
  add(suggestion: Suggestion): boolean
}

function proposalList(space: SearchSpace, view: RoundView, best: Point): ProposalList {
  const known = new Set([view.best, ...view.history].map(({ values }) => space.keyOf(values)))
  const proposals: Proposal[] = []
  return {
    proposals,
    isFull: () => proposals.length >= view.maxCandidates || view.signal.aborted,
    add({ point, reason }) {
      const changes = space.changes(view.best.values, best, point)
      if (changes === undefined) return false
      const key = space.keyOf({ ...view.best.values, ...changes })
      if (known.has(key)) return false
      known.add(key)
      proposals.push({ changes, reason })
      return true
    },
  }
}

interface Turn { readonly weight: number; readonly suggestions: Iterator<Suggestion>; credit: number }

/** Smooth weighted round robin over the sources: each turn goes to the one that is furthest behind its share. */
function mix(sources: readonly WeightedSource[], context: RoundContext, { list, maxMisses }: { list: ProposalList; maxMisses: number }): void {
  let turns: Turn[] = sources.map(({ source, weight }) => ({ weight, suggestions: source(context)[Symbol.iterator](), credit: 0 }))
  while (turns.length > 0 && !list.isFull()) {
    for (const turn of turns) turn.credit += turn.weight
    const next = turns.reduce((ahead, turn) => (turn.credit > ahead.credit ? turn : ahead))
    next.credit -= turns.reduce((sum, turn) => sum + turn.weight, 0)
    if (!takeOne(next.suggestions, list, maxMisses)) turns = turns.filter((turn) => turn !== next)
  }
}

function takeOne(suggestions: Iterator<Suggestion>, list: ProposalList, maxMisses: number): boolean {
  for (let misses = 0; misses < maxMisses; misses++) {
    const { value, done } = suggestions.next()
    if (done) return false
    if (list.add(value)) return true
  }
  return false
}

/** Every point of a small space, in random order; random points of a large one. */
function* remaining(context: RoundContext): Generator<Suggestion> {
  const { active, best, random } = context
  const size = active.reduce((product, { axis }) => product * axis.size, 1)
  if (size > SMALL_SPACE) yield* randomPoints(context)
  let points: Point[] = [best]
  for (const { index, axis } of active) {
    const coordinates: Coordinate[] = [...axis.all()]
    points = points.flatMap((point) => coordinates.map((coordinate) => point.with(index, coordinate)))
  }
  for (const point of random.shuffle(points)) yield { point, reason: 'not tried before' }
}
