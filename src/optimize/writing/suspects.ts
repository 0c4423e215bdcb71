/** Which parameters the words of the failures point to. Stage: optimize. */
import { isNode, originOf, peek, settled, unwrap, type Node } from '../../graph/node.ts'
import { topologicalOrder } from '../../graph/order.ts'
import type { CaseRun } from '../../feedback/case-run.ts'
import { caseFailures } from './reflect-evidence.ts'
import { runsBetween, wordsOf } from './shared-words.ts'

type Runs = ReadonlyMap<string, readonly CaseRun[]>

/** A parameter with less than this share of the strongest suspicion is left out. */
const LEAST_SHARE = 0.15
/** A failure and a value have something to do with each other from this many words in a row on that both hold. */
const LEAST_RUN = 2
/** Steps that are read, of all runs together: of a long run those nearest to its end. */
const MAX_STEPS = 200
/** Steps of a run that are read at least. */
const LEAST_STEPS = 8

/**
 * The parameters of `names` that are worth changing first, the most suspect first. All of a chain's parameters reach all of its
 * failures, so reach alone cannot tell them apart; but a failure often speaks of the same thing as the value of the step that caused it.
 * Each failure of each case counts for the steps whose values share the longest run of words with it, and there for the parameters that
 * the step takes directly. A failure that shares no two words in a row with any value says nothing. All of `names` where no failure says
 * anything.
 */
export function suspects(runs: Runs, names: readonly string[]): readonly string[] {
  const credit = new Map<string, number>()
  const perRun = Math.max(LEAST_STEPS, Math.floor(MAX_STEPS / Math.max(1, runs.size)))
  for (const [, trials] of runs) for (const run of trials) creditRun(run, { names: new Set(names), credit, perRun })
  const most = Math.max(0, ...credit.values())
  if (most === 0) return names
  return names.filter((name) => (credit.get(name) ?? 0) >= LEAST_SHARE * most).toSorted((a, b) => credit.get(b)! - credit.get(a)!)
}

function creditRun(run: CaseRun, { names, credit, perRun }: { readonly names: ReadonlySet<string>; readonly credit: Map<string, number>; readonly perRun: number }): void {
  const failures = caseFailures(run)
  if (failures.length === 0) return
  const steps = stepsOf(run, names, perRun)
  for (const failure of failures) {
    const shared = runsBetween(wordsOf(failure), steps.map(({ values }) => values))
    const most = Math.max(0, ...shared)
    if (most < LEAST_RUN) continue
    const named = new Set(steps.filter((_, index) => shared[index] === most).flatMap(({ parameters }) => parameters))
    for (const name of named) credit.set(name, (credit.get(name) ?? 0) + 1 / named.size)
  }
}

interface SpokenStep { readonly parameters: readonly string[]; readonly values: readonly string[] }

/** Steps that take a parameter directly, each with the words of its value. */
function stepsOf({ trace }: CaseRun, names: ReadonlySet<string>, most: number): SpokenStep[] {
  const { nodes } = topologicalOrder(trace.outputs)
  const steps: SpokenStep[] = []
  for (let index = nodes.length - 1; index >= 0 && steps.length < most; index--) {
    const node = nodes[index]!
    const origin = originOf(node)
    if (!('inputs' in origin)) continue
    const parameters = origin.inputs.flatMap((input) => parameterName(input) ?? []).filter((name) => names.has(name))
    if (parameters.length > 0) steps.push({ parameters, values: wordsOf(textOf(node)) })
  }
  return steps.toReversed()
}

function parameterName(input: unknown): string | undefined {
  if (!isNode(input)) return undefined
  const node = settled(input)
  return originOf(node).kind === 'parameter' ? node.name : undefined
}

function textOf(node: Node<unknown>): string {
  const plain = unwrap(peek(node))
  if (typeof plain === 'string') return plain
  try { return JSON.stringify(plain) ?? '' } catch { return '' }
}
