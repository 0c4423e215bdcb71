/** Which parameters the words of the failures point to. Stage: optimize. */
import { isNode, originOf, peek, settled, unwrap, type Node } from '../graph/node.ts'
import { topologicalOrder } from '../graph/order.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { caseFailures } from './reflect-evidence.ts'

type Runs = ReadonlyMap<string, readonly CaseRun[]>

/** A parameter with less than this share of the strongest suspicion is left out. */
const LEAST_SHARE = 0.15
/** A failure and a value have something to do with each other from this many words in a row on that both hold. */
const LEAST_RUN = 2
/** Words of one value that are read, at most: the last ones stand nearest to its end. */
const MAX_WORDS = 400

/**
 * The parameters of `names` that are worth changing first, the most suspect first. All of a chain's parameters reach all of its
 * failures, so reach alone cannot tell them apart; but a failure often speaks of the same thing as the value of the step that caused it.
 * Each failure of each case counts for the steps whose values share the longest run of words with it, and there for the parameters that
 * the step takes directly. A failure that shares no two words in a row with any value says nothing. All of `names` where no failure says
 * anything.
 */
export function suspects(runs: Runs, names: readonly string[]): readonly string[] {
  const credit = new Map<string, number>()
  for (const [, trials] of runs) for (const run of trials) creditRun(run, new Set(names), credit)
  const most = Math.max(0, ...credit.values())
  if (most === 0) return names
  return names.filter((name) => (credit.get(name) ?? 0) >= LEAST_SHARE * most).toSorted((a, b) => credit.get(b)! - credit.get(a)!)
}

function creditRun(run: CaseRun, names: ReadonlySet<string>, credit: Map<string, number>): void {
  const failures = caseFailures(run)
  if (failures.length === 0) return
  const steps = stepsOf(run, names)
  for (const failure of failures) {
    const words = wordsOf(failure)
    const shared = steps.map(({ values }) => longestRun(words, values))
    const most = Math.max(0, ...shared)
    if (most < LEAST_RUN) continue
    const named = new Set(steps.filter((_, index) => shared[index] === most).flatMap(({ parameters }) => parameters))
    for (const name of named) credit.set(name, (credit.get(name) ?? 0) + 1 / named.size)
  }
}

interface SpokenStep { readonly parameters: readonly string[]; readonly values: readonly string[] }

/** Steps that take a parameter directly, each with the words of its value. */
function stepsOf({ trace }: CaseRun, names: ReadonlySet<string>): SpokenStep[] {
  return topologicalOrder(trace.outputs).nodes.flatMap((node) => {
    const origin = originOf(node)
    if (!('inputs' in origin)) return []
    const parameters = origin.inputs.flatMap((input) => parameterName(input) ?? []).filter((name) => names.has(name))
    return parameters.length === 0 ? [] : [{ parameters, values: wordsOf(textOf(node)) }]
  })
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

function wordsOf(text: string): string[] {
  return (text.slice(-8 * MAX_WORDS).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).slice(-MAX_WORDS)
}

/** Length of the longest run of words that stands in both. */
function longestRun(a: readonly string[], b: readonly string[]): number {
  let longest = 0
  let previous = new Uint16Array(b.length + 1)
  for (const word of a) {
    const current = new Uint16Array(b.length + 1)
    for (const [index, other] of b.entries()) {
      if (word !== other) continue
      current[index + 1] = previous[index]! + 1
      longest = Math.max(longest, current[index + 1]!)
    }
    previous = current
  }
  return longest
}
