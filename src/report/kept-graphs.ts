/** Which graphs of a run are kept: of every case, as long as they are of bounded size; those of the worst cases in full. Stage: report. */
import { groupDigits } from '../core/text.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { topologicalOrder } from '../graph/order.ts'
import { toTgj } from '../graph/tgj.ts'
import type { Node } from '../graph/types.ts'
import { caseScore } from '../train/scores.ts'
import type { RunsByCase } from '../train/runs-by-case.ts'
import type { StoredGraphs } from './graph-file.ts'
import { Framing, type FramedGraphs } from './graph-frames.ts'
import { GraphShapes } from './graph-shapes.ts'
import { shortenDocument } from './shorten-document.ts'

/** Of how many failing cases graphs are kept with values as they are; the size of such a graph. */
export const IN_FULL = 20
export const MAX_NODES = 2000
const WHOLE = { nodes: MAX_NODES, length: 500_000, brief: false } as const
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
export function keepGraphs(runs: RunsByCase, root: string): StoredGraphs {
  const failing = Array.from(runs).filter(([, trials]) => trials.some(failed)).toSorted(([, a], [, b]) => (caseScore(a) ?? 0) - (caseScore(b) ?? 0))
  const passing = Array.from(runs).filter(([, trials]) => trials.length > 0 && !trials.some(failed))
  const keeping = new Keeping(root)
  const leftOut: [string, string][] = []
  for (const [index, [id, trials]] of failing.entries()) {
    const why = keeping.add(id, worst(trials), index >= IN_FULL)
    if (why !== undefined) leftOut.push([id, why])
  }
  const ofFailing = Array.from(keeping.cases, ([id]) => id)
  for (const [id, trials] of passing) keeping.add(id, trials[0]!, true)
  return { failed: ofFailing, frames: keeping.framing.frames, cases: keeping.cases, leftOut: Object.fromEntries(leftOut) }
}

function failed({ score, failures, feedback }: CaseRun): boolean {
  return score === undefined || score < 1 || (failures ?? feedback.filter(({ kind }) => kind !== 'note').length) > 0
}

function worst(trials: readonly CaseRun[]): CaseRun {
  return trials.filter(failed).reduce((lowest, run) => ((run.score ?? 0) < (lowest.score ?? 0) ? run : lowest))
}

class Keeping {
  readonly framing = new Framing()
  readonly cases: (readonly [string, readonly [number, ...unknown[]]])[] = []
  readonly #root: string
  readonly #shapes = new GraphShapes()
  readonly #frames = new Map<string, { readonly at: number; readonly length: number }>()
  #left = MAX_BRIEF_NODES

  constructor(root: string) { this.#root = root }

  /** Keeps the graph of a run, or says why it does not. */
  add(id: string, { trace: { outputs } }: CaseRun, brief: boolean): string | undefined {
    if (outputs.length === 0) return 'the run left no trace: its workflow returned no node and failed in no step'
    if (brief && this.#left <= 0) return allTaken
    const { nodes } = topologicalOrder(outputs)
    const most = brief ? BRIEF : WHOLE
    if (nodes.length > most.nodes) return `its graph has ${groupDigits(nodes.length)} nodes, and a run keeps graphs up to ${groupDigits(most.nodes)}${brief ? ` beside those of the ${IN_FULL} cases with the lowest scores` : ''}`
    if (brief && nodes.length > this.#left) return allTaken
    if (brief) this.#left -= nodes.length
    const kept = brief ? this.#brief(nodes, [...new Set(outputs)]) : this.#written([...new Set(outputs)], most)
    if (kept === undefined) return `its graph takes more than ${groupDigits(most.length)} characters, even with its values cut`
    this.cases.push([id, kept])
    return undefined
  }

  /** Most cases go a way that others went before: no document is written for them. */
  #brief(nodes: readonly Node<unknown>[], outputs: readonly Node<unknown>[]): Kept | undefined {
    const read = this.#shapes.read(nodes, outputs)
    if (read === undefined) return this.#written(outputs, BRIEF)
    const { shape, values } = read
    const text = JSON.stringify(values)
    const known = this.#frames.get(shape)
    if (known !== undefined && known.length + text.length <= BRIEF.length) return [known.at, ...values]
    const written = this.#written(outputs, BRIEF)
    // A document that had to be cut further has other values, and maybe another frame.
    if (written !== undefined && JSON.stringify(written.slice(1)) === text) this.#frames.set(shape, { at: written[0], length: this.framing.lengthOf(written[0]) })
    return written
  }

  #written(outputs: readonly Node<unknown>[], most: Size): Kept | undefined {
    const document = shortenDocument(toTgj(outputs, { root: this.#root }), most.length, most.brief)
    return document && this.framing.add(document)
  }
}

interface Size { readonly nodes: number; readonly length: number; readonly brief: boolean }
type Kept = FramedGraphs['cases'][string]

const allTaken = `beside the ${IN_FULL} cases with the lowest scores a run keeps graphs of ${groupDigits(MAX_BRIEF_NODES)} nodes together`
