/** The tables: scores round by round, checks and assertions before and after. Stage: reporters. */
import { createRequire } from 'node:module'
import type TableType from 'cli-table3'
import type { PartReport, RoundReport, WorkflowReport } from '../src/report/run-report.ts'
import type { Paint } from './ansi.ts'
import { displayWidth } from './display-width.ts'
import { fit, foreignLine, wrap } from './layout.ts'
import { changeText, count, listText, tableScores, type TableScores } from './wording.ts'

const MAX_PARTS = 12

// Loaded with the first table of several lines.
const load = createRequire(import.meta.url)

const none = { 'top': '', 'top-mid': '', 'top-left': '', 'top-right': '', 'bottom': '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  'left': '', 'left-mid': '', 'mid': '', 'mid-mid': '', 'right': '', 'right-mid': '', 'middle': '' }
const GAP = 3
/** Stands for one column of a cell while the table is laid out. */
const MARK = '\ue000'

/** Lines of a table without borders, indented by three. `right` names right-aligned columns; the last may have several lines. */
export function tableLines(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const [first] = rows
  // A run that only measures has one line to show, and should not load a library for it.
  if (rows.length === 1 && first!.every((cell) => !cell.includes('\n'))) return [`   ${first!.join(' '.repeat(GAP))}`.trimEnd()]
  const colAligns = (rows[0] ?? []).map((_, column) => (right.includes(column) ? 'right' as const : 'left' as const))
  const Table = load('cli-table3') as typeof TableType
  const table = new Table({ chars: none, colAligns, style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [] } })
  // The table counts the columns of emoji and of some scripts by another rule, so it never sees the texts.
  for (const row of rows) table.push(row.map((cell) => cell.split('\n').map((line) => MARK.repeat(displayWidth(line))).join('\n')))
  const texts = rows.flat().flatMap((cell) => cell.split('\n')).filter((text) => displayWidth(text) > 0)[Symbol.iterator]()
  const filled = table.toString().replace(/\ue000+/g, () => texts.next().value ?? '')
  return filled.split('\n').map((line) => `   ${line}`.trimEnd())
}

/** `start 0.61`, then one row per round: before and after, the change, whether it was kept, and what changed. Idle rounds in a row share one. */
export function roundLines({ rounds, learn, threshold }: WorkflowReport, columns: number, color: Paint): string[] {
  if (rounds.length === 0) return []
  const start = rounds[0]?.before ?? learn.baseline
  const scores = tableScores([[start, start], ...rounds.map(({ before, after }) => [before, after] as const)], threshold)
  const rows = idleTogether(rounds).map((group) => {
    const [round] = group as [RoundReport]
    return { cells: roundCells(group, scores, color), what: whatChanged(group), dye: round.kept ? (text: string): string => text : color.dim }
  })
  const { cells: [first, ...cells], room } = narrowed([['start', scores.score(start), '', ''], ...rows.map((row) => row.cells)], columns, 2)
  const lines = rows.map(({ what, dye }, index) => [...cells[index]!.map(dye), wrap(what, { columns: room, first: '', maxLines: 2 }).map(dye).join('\n')])
  return tableLines([[...first!, ''], ...lines])
}

/** Rounds that only say that no candidate was better, in one group where several follow each other. */
function idleTogether(rounds: readonly RoundReport[]): RoundReport[][] {
  const groups: RoundReport[][] = []
  for (const round of rounds) {
    const last = groups.at(-1)
    if (last !== undefined && isIdle(round) && isIdle(last[0]!)) last.push(round)
    else groups.push([round])
  }
  return groups
}

const isIdle = ({ kept, candidates, reason }: RoundReport): boolean => !kept && reason === noneBetter(candidates)
const noneBetter = (candidates: number): string => `${count(candidates, 'candidate')}, none better`

/** `+0.11` in green, `-0.02` in red; with the digits of a table that it stands in. */
export function paintedChange(from: number, to: number, color: Paint, table?: TableScores): string {
  return (to > from ? color.green : color.red)(table === undefined ? changeText(from, to) : table.change(from, to))
}

// Enough for most names, and for a word of a reason.
const LEAST_ROOM = 12

/** The rows with what is left in a line beside them; where that is too little, without the column `spare`. */
function narrowed(cells: readonly (readonly string[])[], columns: number, spare: number): { cells: readonly (readonly string[])[]; room: number } {
  const used = (cells[0] ?? []).reduce((sum, _, column) => sum + GAP + Math.max(...cells.map((row) => displayWidth(row[column]!))), GAP)
  if (columns - used >= LEAST_ROOM || spare < 0) return { cells, room: Math.max(LEAST_ROOM, columns - used) }
  return narrowed(cells.map((row) => row.filter((_, column) => column !== spare)), columns, -1)
}

function roundCells(group: readonly RoundReport[], scores: TableScores, color: Paint): string[] {
  const { round, before, after, kept } = group[0]!
  const label = group.length === 1 ? `round ${round}` : `rounds ${round}–${group.at(-1)!.round}`
  return [label, scores.pair(before, after).join(' → '), paintedChange(before, after, color, scores), kept ? 'kept' : 'not kept']
}

function whatChanged(group: readonly RoundReport[]): string {
  const { kept, changes, reason } = group[0]!
  if (kept) return listText(changes.map(({ parameter }) => foreignLine(parameter)))
  return group.length === 1 ? foreignLine(reason) : noneBetter(group.reduce((sum, { candidates }) => sum + candidates, 0))
}

/** Checks, then assertions: how often each held, and in how many cases it failed; before and after, where rounds stand between. */
export function partLines({ checks, rounds }: WorkflowReport, columns: number, color: Paint): string[] {
  if (checks.length === 0) return []
  const shown = checks.slice(0, MAX_PARTS)
  const once = rounds.length === 0 && shown.every(({ before, after, failedBefore, failedAfter }) => before === after && failedBefore === failedAfter)
  const scores = tableScores(shown.map(({ before, after }) => [before, after]))
  const numbers = shown.map(({ before, after, failedBefore, failedAfter, n }) => (once ? [scores.score(after), `${failedAfter} of ${n}`]
    : [...scores.pair(before, after), paintedChange(before, after, color, scores), `${failedBefore} → ${failedAfter} of ${n}`]))
  const { cells, room } = narrowed([once ? ['held', 'failing cases'] : ['before', 'after', 'change', 'failing cases'], ...numbers], columns, once ? -1 : 2)
  const names = [fit('check or assertion', room), ...shown.map((part) => fit(partName(part), room))]
  const [head, ...lines] = tableLines(names.map((name, index) => [name, ...cells[index]!]), [1, 2, 3, 4])
  const hidden = checks.length - shown.length
  return [color.dim(head!), ...lines, ...(hidden > 0 ? [color.dim(`   … and ${hidden} more in report.json`)] : [])]
}

function partName({ name, kind, message }: PartReport): string {
  return kind === 'check' || message === undefined ? foreignLine(name) : `${foreignLine(message)} (${foreignLine(name)})`
}
