/** A calibration as text for a terminal. Stage: judge. */
import { shorten } from '../core/describe-value.ts'
import { escapeControls } from '../core/text.ts'
import type { Calibration } from './calibrate.ts'

const MAX_ROWS = 10

/**
 * Agreement and kappa with their lower bounds, the table of labels, and up to ten disagreements.
 *
 * @example
 * ```ts
 * import { calibrate, formatCalibration } from 'trace-eval/judges'
 * const judge = function short(output: string) { return Number(output.length < 6) }
 * const rows = [{ output: 'Hi.', label: true }, { output: 'Hello there.', label: false }]
 * formatCalibration(await calibrate(judge, rows)).split('\n')[0] // 'judge "short" on 2 labelled outputs'
 * ```
 */
export function formatCalibration(calibration: Calibration): string {
  const { judge, n, unscored, labels, disagreements } = calibration
  const title = `judge ${JSON.stringify(plain(judge))} on ${n + unscored.length} labelled outputs${unscored.length === 0 ? '' : `, ${unscored.length} of them unscored`}`
  return [
    title, ...agreementLines(calibration), ...(labels.length === 0 ? [] : ['', ...tableLines(calibration)]),
    ...section('disagreements', disagreements.map(({ id, people, judge, score, text }) => `${plain(id)}: people ${plain(people)}, judge ${plain(judge)} (${digits(score)})${text === '' ? '' : `: ${plain(text)}`}`)),
    ...section('unscored', unscored.map(({ id, reason }) => `${plain(id)}: ${plain(reason)}`)),
  ].join('\n')
}

function agreementLines({ n, agreement, agreementLower, kappa, kappaLower, confidence, perLabel }: Calibration): string[] {
  if (agreement === undefined) return ['   nothing was judged']
  const bound = (lower: number | undefined): string => `${Number((confidence * 100).toFixed(1))} % lower bound ${digits(lower)}`
  const equal = perLabel.reduce((sum, { both }) => sum + both, 0)
  return [
    `   agreement   ${digits(agreement)} (${equal} of ${n}), ${bound(agreementLower)}`,
    kappa === undefined ? '   kappa       none: people and judge know one label only' : `   kappa       ${digits(kappa)}, ${bound(kappaLower)}; 1 is perfect, 0 is chance`,
  ]
}

/** Rows as people labelled, columns as the judge did. */
function tableLines({ labels, table, perLabel }: Calibration): string[] {
  const names = labels.map((label) => shorten(plain(label), 20))
  return align([
    ['people \\ judge', ...names, 'recall'],
    ...table.map((counts, index) => [names[index]!, ...counts.map(String), digits(perLabel[index]!.recall)]),
    ['precision', ...perLabel.map(({ precision }) => digits(precision)), ''],
  ])
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) => `   ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('   ')}`.trimEnd())
}

function section(title: string, rows: readonly string[]): string[] {
  if (rows.length === 0) return []
  const more = rows.length > MAX_ROWS ? [`     and ${rows.length - MAX_ROWS} more`] : []
  return ['', `   ${title}`, ...rows.slice(0, MAX_ROWS).map((row) => `     ${shorten(row, 200)}`), ...more]
}

const digits = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(2))
const plain = (text: string): string => escapeControls(text).replaceAll(/\s+/g, ' ').trim()
