/** Which graphs of a run are kept: of every case, as long as they are of bounded size; those of the worst cases in full. Stage: report. */
import { groupDigits } from '../core/text.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { topologicalOrder } from '../graph/order.ts'
import { toTgj, type TgjDocument } from '../graph/tgj.ts'
import { caseScore } from '../train/scores.ts'
import type { RunsByCase } from '../train/runs-by-case.ts'
import type { KeptGraphs } from './graph-file.ts'
import { shortenDocument } from './shorten-document.ts'

/** Of how many failing cases graphs are kept with values as they are; the size of such a graph. */
export const IN_FULL = 20
export const MAX_NODES = 2000
const MAX_LENGTH = 500_000
/** Of every other case: to be looked at and compared with. */
const BRIEF = { nodes: 300, length: 50_000, brief: true } as const
/** Nodes of all of them together: more takes seconds to write. */
export const MAX_BRIEF_NODES = 20_000

/**
 * The graphs of cases with the final values: first of those that failed, the lowest score first, of each its worst run, then of those that
 * passed. The first 20 are kept with values cut only where they are very long; all others with shorter ones, as far as they have 20,000 nodes together.
 *
 * @param root - Source files inside are named relative to it.
 */
export function keepGraphs(runs: RunsByCase, root: string): KeptGraphs {
  const failing = Array.from(runs).filter(([, trials]) => trials.some(failed)).toSorted(([, a], [, b]) => (caseScore(a) ?? 0) - (caseScore(b) ?? 0))
  const passing = Array.from(runs).filter(([, trials]) => trials.length > 0 && !trials.some(failed))
  const left = { nodes: MAX_BRIEF_NODES }
  const ofFailing = failing.map(([id, trials], index) => [id, index < IN_FULL ? documentOf(worst(trials), root) : documentOf(worst(trials), root, BRIEF, left)] as const)
  const ofPassing = passing.map(([id, trials]) => [id, documentOf(trials[0]!, root, BRIEF, left)] as const)
  return { graphs: documentsOf(ofFailing), passed: documentsOf(ofPassing), leftOut: Object.fromEntries(ofFailing.filter((one): one is [string, string] => typeof one[1] === 'string')) }
}

function documentsOf(made: readonly (readonly [string, TgjDocument | string])[]): Record<string, TgjDocument> {
  return Object.fromEntries(made.filter((one): one is [string, TgjDocument] => typeof one[1] !== 'string'))
}

function failed({ score, failures, feedback }: CaseRun): boolean {
  return score === undefined || score < 1 || (failures ?? feedback.filter(({ kind }) => kind !== 'note').length) > 0
}

function worst(trials: readonly CaseRun[]): CaseRun {
  return trials.filter(failed).reduce((lowest, run) => ((run.score ?? 0) < (lowest.score ?? 0) ? run : lowest))
}

interface Size { readonly nodes: number; readonly length: number; readonly brief?: boolean }

/** A document, or why there is none. */
function documentOf({ trace: { outputs } }: CaseRun, root: string, most: Size = { nodes: MAX_NODES, length: MAX_LENGTH }, left?: { nodes: number }): TgjDocument | string {
  if (outputs.length === 0) return 'the run left no trace: its workflow returned no node and failed in no step'
  if (left !== undefined && left.nodes <= 0) return allTaken
  const { length } = topologicalOrder(outputs).nodes
  if (length > most.nodes) return `its graph has ${groupDigits(length)} nodes, and a run keeps graphs up to ${groupDigits(most.nodes)}${most.brief === true ? ` beside those of the ${IN_FULL} cases with the lowest scores` : ''}`
  if (left !== undefined) {
    if (length > left.nodes) return allTaken
    left.nodes -= length
  }
  const document = toTgj([...new Set(outputs)], { root })
  return shortenDocument(document, most.length, most.brief) ?? `its graph takes more than ${groupDigits(most.length)} characters, even with its values cut`
}

const allTaken = `beside the ${IN_FULL} cases with the lowest scores a run keeps graphs of ${groupDigits(MAX_BRIEF_NODES)} nodes together`
