/** Numbers and names as words. Stage: reporters. */
import { groupDigits } from '../src/core/text.ts'
import { formatScore, pairDigits, tableDigits } from '../src/gate/format-score.ts'
import { formatLocation, type SourceLocation } from '../src/core/stack.ts'
import type { StopReason, WorkflowReport } from '../src/report/run-report.ts'
import { foreignLine } from './layout.ts'

/** `0.72`; `n/a` where there is none. More digits where two would hide on which side of 0, 1 or the threshold it is. */
export function scoreText(score: number | null | undefined, threshold?: number): string {
  return score === null || score === undefined ? 'n/a' : formatScore(score, threshold === undefined ? [] : [threshold])
}

/** `0.61 → 0.72`. */
export function fromTo(from: number | null | undefined, to: number | null | undefined, threshold?: number): string {
  return pairText(from, to, threshold).join(' → ')
}

/** Two scores side by side, with digits that tell them apart and agree with `changeText`. */
export function pairText(from: number | null | undefined, to: number | null | undefined, threshold?: number): readonly [from: string, to: string] {
  if (typeof from !== 'number' || typeof to !== 'number') return [scoreText(from, threshold), scoreText(to, threshold)]
  const marks = threshold === undefined ? [] : [threshold]
  const digits = pairDigits(from, to)
  return [formatScore(from, marks, digits), formatScore(to, marks, digits)]
}

/** `+0.11`, `-0.02`, or nothing where nothing changed: the difference of the two texts, as a reader would work it out. */
export function changeText(from: number | null | undefined, to: number | null | undefined): string {
  if (typeof from !== 'number' || typeof to !== 'number' || Math.abs(to - from) < 1e-9) return ''
  return differenceOf(from, to, pairDigits(from, to))
}

function differenceOf(from: number, to: number, digits: number): string {
  return `${to > from ? '+' : '-'}${Math.abs(Number(to.toFixed(digits)) - Number(from.toFixed(digits))).toFixed(digits)}`
}

/** Scores of one table as texts. */
export interface TableScores {
  score(score: number | null | undefined): string
  pair(from: number | null | undefined, to: number | null | undefined): readonly [from: string, to: string]
  /** As `changeText`; the difference of what `pair` shows. */
  change(from: number | null | undefined, to: number | null | undefined): string
}

/** All with the same number of digits, which `pairs` need. */
export function tableScores(pairs: readonly (readonly [from: number | null | undefined, to: number | null | undefined])[], threshold?: number): TableScores {
  const whole = pairs.flatMap(([from, to]) => (typeof from === 'number' ? [[from, to ?? from] as const] : typeof to === 'number' ? [[to, to] as const] : []))
  const digits = tableDigits(whole, threshold === undefined ? [] : [threshold])
  const score: TableScores['score'] = (value) => value?.toFixed(digits) ?? 'n/a'
  return {
    score,
    pair: (from, to) => [score(from), score(to)],
    change: (from, to) => (changeText(from, to) === '' ? '' : differenceOf(from!, to!, digits)),
  }
}

/** What an assertion said, without what its matcher adds of itself. */
export function saidText(message: string): string { return message.trim().replace(/ \/\/ Object\.is equality$/, '') }

/** `1 case`, `1,200 cases`. */
export function count(number: number, noun: string): string {
  return `${groupDigits(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** `340 ms`, `12.3 s`, `2 min 5 s`, `1 h 2 min`. */
export function durationText(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}

/** `route.ts:12:5`. */
export function placeText(location: SourceLocation | undefined): string {
  return location === undefined ? '' : foreignLine(formatLocation(location))
}

/** `a`, `a and b`, `a, b and 3 more`: at most `max` names. */
export function listText(names: readonly string[], max = 4): string {
  const shown = names.length > max ? [...names.slice(0, max - 1), `${names.length - max + 1} more`] : names
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

const stops: Readonly<Record<StopReason, string>> = {
  'perfect': 'stopped early: all cases to learn from pass',
  'patience': 'stopped: the last rounds found nothing better',
  'rounds': 'all rounds are done',
  'evaluations': 'stopped: the budget of evaluations is used up',
  'budget': 'stopped: the budget for models is used up',
  'time': 'stopped: the time is used up',
  'no-candidates': 'stopped: the optimizer has nothing left to try',
  'no-parameters': 'no rounds: no parameter that this optimizer can change',
  'interrupted': 'interrupted: the best values so far are kept',
  'not-optimized': 'measured without optimizing',
  'error': 'stopped by an error',
}

/** Why the rounds ended. */
export function stopText({ stopReason }: Pick<WorkflowReport, 'stopReason'>): string { return stops[stopReason] }

/** `$0.0434`, `$12.30`, `unknown`. */
export function costText(costUsd: number | null): string {
  return costUsd === null ? 'unknown' : `$${costUsd.toFixed(costUsd > 0 && costUsd < 1 ? 4 : 2)}`
}

const roles = ['task', 'judge', 'optimizer'] as const

/**
 * `cost $0.1234: task 309 calls, 90,000 tokens, $0.11; optimizer 9 calls, 5,316 tokens, $0.01; 12 kept answers`, or nothing when there were none.
 * Tokens that are estimated have a `~`.
 */
export function spendText({ costUsd, byRole }: WorkflowReport['usage']): string {
  const paid = roles.filter((role) => byRole[role].modelCalls > 0).map((role) => {
    const { modelCalls, inputTokens, outputTokens, costUsd: cost, estimated } = byRole[role]
    return `${role} ${count(modelCalls, 'call')}, ${estimated === true ? '~' : ''}${count(inputTokens + outputTokens, 'token')}${cost === null ? '' : `, ${costText(cost)}`}`
  })
  const kept = roles.reduce((sum, role) => sum + (byRole[role].keptAnswers ?? 0), 0)
  if (paid.length === 0 && kept === 0) return ''
  return `cost ${costText(costUsd)}: ${[...paid, ...(kept === 0 ? [] : [`${count(kept, 'answer')} kept from earlier runs`])].join('; ')}`
}
