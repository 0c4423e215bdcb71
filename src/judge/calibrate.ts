/** How far a judge agrees with people. Stage: judge. */
import pMap from 'p-map'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { unscoredReason } from '../feedback/unscored.ts'
import { cohenKappa } from '../stats/kappa.ts'
import { judgeOutput, type Judged, type JudgeFunction } from './judge-output.ts'

/** What people say of an output: true where it is good, or any label. */
export type Label = boolean | string | number

/** An output that people have judged. */
export interface LabelledOutput {
  readonly output: unknown
  readonly label: Label
  /** Handed to the judge. */
  readonly expected?: unknown
  readonly input?: unknown
  /** In the list of disagreements. @defaultValue its number, as `#1` */
  readonly id?: string
}

/** Options of {@link calibrate}. */
export interface CalibrateOptions {
  /** The label that a score stands for. @defaultValue true from the threshold up, else false */
  readonly labelOf?: (score: number) => Label
  /** @defaultValue the judge's own, else 1 */
  readonly threshold?: number
  /** Outputs in flight. @defaultValue 5 */
  readonly concurrency?: number
  /** Of both lower bounds. @defaultValue 0.95 */
  readonly confidence?: number
  readonly signal?: AbortSignal
}

/** An output that the judge labels as people do not. */
export interface Disagreement { readonly id: string; readonly people: string; readonly judge: string; readonly score: number; readonly text: string }

/** One label: how often it was given, and how well the judge finds it. */
export interface LabelCount {
  readonly label: string
  readonly people: number
  readonly judge: number
  readonly both: number
  /** Of the outputs that the judge gave this label, the share that people gave it; and the other way round. None where there are none. */
  readonly precision: number | undefined
  readonly recall: number | undefined
}

/** How far a judge agrees with people. */
export interface Calibration {
  readonly judge: string
  /** Outputs that were judged; those without a score count nowhere else. */
  readonly n: number
  readonly confidence: number
  readonly unscored: readonly { readonly id: string; readonly reason: string }[]
  /** Share of equal labels, and its exact lower bound; none where nothing was judged. */
  readonly agreement: number | undefined
  readonly agreementLower: number | undefined
  /** Cohen's kappa and its lower bound: agreement beyond chance. None where both sides use one label only. */
  readonly kappa: number | undefined
  readonly kappaLower: number | undefined
  readonly labels: readonly string[]
  /** Counts: rows as people labelled, columns as the judge did, both in the order of `labels`. */
  readonly table: readonly (readonly number[])[]
  readonly perLabel: readonly LabelCount[]
  readonly disagreements: readonly Disagreement[]
}

/**
 * Has `judge` judge outputs that people have labelled, and compares. Print the result with `formatCalibration`.
 *
 * @throws {TraceEvalError} `CALIBRATION` for no rows, and for labels other than true and false without `labelOf`.
 * @example
 * ```ts
 * import { calibrate } from 'trace-eval/judges'
 * const short = (output: string) => Number(output.length < 6)
 * const { agreement, kappa, disagreements } = await calibrate(short, [
 *   { output: 'Hi.', label: true }, { output: 'Hello there.', label: false }, { output: 'Hello.', label: true }, { output: 'Yes.', label: true },
 * ])
 * agreement // 0.75
 * kappa // 0.5
 * disagreements.map(({ id }) => id) // ['#3']
 * ```
 */
export async function calibrate(judge: JudgeFunction, labelled: Iterable<LabelledOutput> | AsyncIterable<LabelledOutput>, options: CalibrateOptions = {}): Promise<Calibration> {
  const { concurrency = 5, confidence = 0.95, threshold, signal, labelOf } = options
  const rows = (await Array.fromAsync(labelled)).map((row, index) => ({ ...row, id: row.id ?? `#${index + 1}` }))
  checkRows(rows, labelOf)
  const outcomes = await pMap(rows, async ({ id, output, expected, input, label }) => {
    try {
      const judged = await judgeOutput(judge, { output, expected, threshold, input, signal })
      return { id, people: nameOf(label), judge: nameOf(labelOf === undefined ? judged.passed : labelOf(judged.score)), judged }
    } catch (error) {
      const reason = TraceEvalError.is(error, 'SCORER_OPTIONS') ? undefined : unscoredReason(error)
      if (reason === undefined) throw error
      return { id, reason }
    }
  }, { concurrency })
  const scored = outcomes.filter((outcome): outcome is Scored => 'judged' in outcome)
  return { judge: judge.name || 'scorer', confidence, unscored: outcomes.flatMap((outcome) => ('reason' in outcome ? [outcome as { id: string; reason: string }] : [])), ...compare(scored, confidence) }
}

interface Scored { readonly id: string; readonly people: string; readonly judge: string; readonly judged: Judged }

function checkRows(rows: readonly LabelledOutput[], labelOf: CalibrateOptions['labelOf']): void {
  if (rows.length === 0) throw new TraceEvalError('CALIBRATION', 'expected labelled outputs, received none')
  const other = labelOf === undefined ? rows.find(({ label }) => typeof label !== 'boolean') : rows.find(({ label }) => !['boolean', 'string', 'number'].includes(typeof label))
  if (other === undefined) return
  throw new TraceEvalError('CALIBRATION', `expected ${labelOf === undefined ? 'true or false' : 'a label'}, received ${describeValue(other.label)}`,
    { at: `labelled output ${other.id ?? ''}`, hint: 'For labels of your own, say which one a score stands for: { labelOf: (score) => 1 + Math.round(4 * score) }.' })
}

const nameOf = (label: Label): string => (typeof label === 'boolean' ? (label ? 'pass' : 'fail') : String(label))

type Compared = Omit<Calibration, 'judge' | 'confidence' | 'unscored'>

function compare(scored: readonly Scored[], confidence: number): Compared {
  const labels = [...new Set(scored.flatMap(({ people, judge }) => [people, judge]))].sort(inOrder)
  const table = labels.map((row) => labels.map((column) => scored.filter(({ people, judge }) => people === row && judge === column).length))
  const { agreement, agreementLower, kappa, kappaLower } = scored.length === 0 ? nothing : cohenKappa(table, confidence)
  const share = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole)
  const perLabel = labels.map((label, index) => {
    const [people, judge, both] = [table[index]!.reduce((a, b) => a + b, 0), table.reduce((sum, row) => sum + row[index]!, 0), table[index]![index]!]
    return { label, people, judge, both, precision: share(both, judge), recall: share(both, people) }
  })
  const disagreements = scored.filter(({ people, judge }) => people !== judge).map(({ id, people, judge, judged: { score, text } }) => ({ id, people, judge, score, text }))
  return { n: scored.length, agreement, agreementLower, kappa, kappaLower, labels, table, perLabel, disagreements }
}

const nothing = { agreement: undefined, agreementLower: undefined, kappa: undefined, kappaLower: undefined }

/** Good before bad, numbers by size, the rest by name. */
function inOrder(a: string, b: string): number {
  if (a === 'pass' || b === 'pass') return a === 'pass' ? -1 : 1
  const [x, y] = [Number(a), Number(b)]
  return Number.isNaN(x) || Number.isNaN(y) ? (a < b ? -1 : 1) : x - y
}
