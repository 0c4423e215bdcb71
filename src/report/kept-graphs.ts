/** Which graphs of a run are kept: those of failing cases and of some that passed, few and of bounded size. Stage: report. */
import { groupDigits } from '../core/text.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { topologicalOrder } from '../graph/order.ts'
import { toTgj, type TgjDocument } from '../graph/tgj.ts'
import { caseScore } from '../train/scores.ts'
import type { RunsByCase } from '../train/runs-by-case.ts'
import type { KeptGraphs } from './graph-file.ts'
import { shortenDocument } from './shorten-document.ts'

/** Cases of a workflow, nodes of a graph, and characters of a document, at most. */
export const MAX_CASES = 20
export const MAX_NODES = 2000
const MAX_LENGTH = 500_000
/** Of a case that passed: it is there to be compared with, not to be searched for a fault. */
const PASSED = { nodes: 300, length: 50_000 } as const

/**
 * The graphs of the cases that failed with the final values, the lowest score first: of each its worst run, with long
 * values cut; and those of the first 20 that passed, where they are small. Cases beyond these are not mentioned.
 *
 * @param root - Source files inside are named relative to it.
 */
export function keepGraphs(runs: RunsByCase, root: string): KeptGraphs {
  const failing = Array.from(runs).filter(([, trials]) => trials.some(failed)).toSorted(([, a], [, b]) => (caseScore(a) ?? 0) - (caseScore(b) ?? 0)).slice(0, MAX_CASES)
  const passed = Array.from(runs).filter(([, trials]) => trials.length > 0 && !trials.some(failed)).slice(0, MAX_CASES)
  const kept = failing.map(([id, trials]) => [id, documentOf(worst(trials), root)] as const)
  return {
    graphs: Object.fromEntries(kept.filter((one): one is [string, TgjDocument] => typeof one[1] !== 'string')),
    passed: Object.fromEntries(passed.map(([id, trials]) => [id, documentOf(trials[0]!, root, PASSED)] as const).filter((one): one is [string, TgjDocument] => typeof one[1] !== 'string')),
    leftOut: Object.fromEntries(kept.filter((one): one is [string, string] => typeof one[1] === 'string')),
  }
}

function failed({ score, failures, feedback }: CaseRun): boolean {
  return score === undefined || score < 1 || (failures ?? feedback.filter(({ kind }) => kind !== 'note').length) > 0
}

function worst(trials: readonly CaseRun[]): CaseRun {
  return trials.filter(failed).reduce((lowest, run) => ((run.score ?? 0) < (lowest.score ?? 0) ? run : lowest))
}

/** A document, or why there is none. */
function documentOf({ trace: { outputs } }: CaseRun, root: string, most: { readonly nodes: number; readonly length: number } = { nodes: MAX_NODES, length: MAX_LENGTH }): TgjDocument | string {
  if (outputs.length === 0) return 'the run left no trace: its workflow returned no node and failed in no step'
  const { length } = topologicalOrder(outputs).nodes
  if (length > most.nodes) return `its graph has ${groupDigits(length)} nodes, and a run keeps graphs up to ${groupDigits(most.nodes)}`
  const document = toTgj([...new Set(outputs)], { root })
  return shortenDocument(document, most.length) ?? `its graph takes more than ${groupDigits(most.length)} characters, even with its values cut`
}
