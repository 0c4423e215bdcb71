/** What a model needs to see of the runs: which checks fail, how often, and how the values came about. Stage: optimize. */
import { shorten } from '../../core/describe-value.ts'
import type { CaseRun } from '../../feedback/case-run.ts'
import type { Feedback } from '../../feedback/feedback.ts'
import { graphLines, lineText, type GraphLinesOptions } from './graph-lines.ts'

/** One thing that failed, over all cases. */
export interface Failure { readonly text: string; readonly cases: readonly string[] }

type Runs = ReadonlyMap<string, readonly CaseRun[]>

/** Everything that failed, each text once with the cases it failed in, the most frequent first. */
export function failuresOf(runs: Runs): Failure[] {
  const cases = new Map<string, Set<string>>()
  for (const [id, trials] of runs) {
    for (const { feedback, score = 0 } of trials) {
      for (const one of feedback) {
        // A note on a run that is as good as it can be is praise.
        if (one.kind === 'note' && score >= 1) continue
        const text = failureText(one)
        const known = cases.get(text)
        if (known === undefined) cases.set(text, new Set([id]))
        else known.add(id)
      }
    }
  }
  return Array.from(cases, ([text, ids]) => ({ text, cases: [...ids] })).toSorted((a, b) => b.cases.length - a.cases.length)
}

/** One thing that failed, in a line: the user's own words first; both sides where they say more. */
export function failureText({ message, check, expected, received, diff, negated, source }: Feedback, limit = 800): string {
  const name = check === undefined || message.includes(check) ? '' : `${check}: `
  const isSaid = negated === true || expected === undefined || received === undefined || saysBoth(message, expected, received)
  const lines = [...(source ?? '').matchAll(/^→ +\d+ \| *(.+?)(?: ← called here)?$/gm)].map(([, line]) => shorten(line!, 160))
  const at = lines.length === 0 ? '' : ` (failing line: ${lines.join(', called by: ')})`
  return shorten(`${name}${message}${isSaid ? '' : sidesText(expected, received, diff)}${at}`.replaceAll(/\s*\n\s*/g, ' '), limit)
}

// Messages print values on one line and in other quotes; what they cut off they do not say.
function saysBoth(message: string, expected: string, received: string): boolean {
  const said = wordsIn(message)
  return said.includes(wordsIn(expected)) && said.includes(wordsIn(received))
}

const wordsIn = (text: string): string => ` ${(text.match(/-?\d+(?:\.\d+)?|[\p{L}\p{N}]+/gu) ?? []).join(' ')} `

const MAX_SIDE = 200

/** Of long values only what differs: the beginnings of both are often the same. */
function sidesText(expected: string, received: string, diff: string | undefined): string {
  const changed = diff?.split('\n').filter((line) => /^[-+] /.test(line)).map((line) => line.replace(/^([-+]) \s+/, '$1 ')) ?? []
  if (changed.length > 0 && Math.max(expected.length, received.length) > MAX_SIDE) return ` (- expected, + received: ${shorten(changed.join(' '), 2 * MAX_SIDE)})`
  return ` (expected ${shorten(expected, MAX_SIDE)}, received ${shorten(received, MAX_SIDE)})`
}

/** What a run that has not the full score says of itself. */
export function caseFailures({ score = 1, feedback }: CaseRun): string[] {
  return score < 1 ? feedback.map((one) => failureText(one)) : []
}

/** What the most runs ended in that is no assertion: an error, a time-out. Nothing where none did. */
export function errorOf(runs: Runs): string | undefined {
  const errors = new Map([...runs].map(([id, trials]) => [id, trials.map((run) => ({ ...run, feedback: run.feedback.filter(({ kind }) => kind === 'error' || kind === 'timeout') }))]))
  const [first] = failuresOf(errors)
  return first && `${first.text} (${first.cases.length} of ${runs.size} cases)`
}

/** At most `count` failing cases, so that together they show as many different failures as possible; the worst first among equals. */
export function tellingCases(runs: Runs, count: number): string[] {
  const left = [...runs].map(([id, trials]) => ({
    id, score: Math.min(...trials.map(({ score }) => score ?? 1)), failures: new Set(trials.flatMap(({ feedback }) => feedback.map((one) => failureText(one)))),
  })).filter(({ score, failures }) => score < 1 && failures.size > 0)
  const [shown, chosen] = [new Set<string>(), [] as string[]]
  while (chosen.length < count && left.length > 0) {
    const fresh = (failures: ReadonlySet<string>): number => [...failures].filter((text) => !shown.has(text)).length
    const next = left.reduce((best, one) => (fresh(one.failures) - fresh(best.failures) || best.score - one.score) > 0 ? one : best)
    left.splice(left.indexOf(next), 1)
    for (const text of next.failures) shown.add(text)
    chosen.push(next.id)
  }
  return chosen
}

/** Of a case's trials the one with the lowest score: one that passed tells nothing of what failed in another. */
export function tellingRun(trials: readonly CaseRun[]): CaseRun | undefined {
  const scoreOf = ({ score = Infinity }: CaseRun): number => score
  return trials.reduce<CaseRun | undefined>((worst, one) => (worst === undefined || scoreOf(one) < scoreOf(worst) ? one : worst), undefined)
}

/** How a run came about, one line for each given value and each step: `pick_3 = pick(reply: classify_1, least: minConfidence) → human`. */
export function traceLines({ trace }: CaseRun, options: GraphLinesOptions = {}): string[] {
  return graphLines(trace.outputs, options).map(lineText)
}
