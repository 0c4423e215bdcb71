/** The flags that are ours, with the values they take. Stage: cli. */
import { TraceEvalError } from '../core/errors.ts'
import { describeValue } from '../core/describe-value.ts'
import { perCentHint } from '../core/per-cent.ts'
import { cassetteModes } from '../llm/recordings/cassette-mode.ts'

/** What a flag's value must be. `switch` takes none; `file` may be left out, and so may `optional`, which stands behind `=`. */
type FlagKind = 'switch' | 'whole' | 'positive' | 'share' | 'points' | 'confidence' | 'choice' | 'duration' | 'text' | 'file' | 'optional' | 'amount'

/** A flag as the help shows it. */
export interface OwnFlag {
  readonly kind: FlagKind
  /** What stands for the value in the help. */
  readonly value?: string
  /** Of a `file`: how a name ends that may stand behind a space. */
  readonly ending?: string
  /** Of a `choice`. */
  readonly choices?: readonly string[]
  readonly help: string
}

/** Flags of the run. Every other flag goes to Vitest. */
export const runFlags = {
  'rounds': { kind: 'whole', value: 'N', help: 'Rounds at most (10); 0 measures only' },
  'threshold': { kind: 'share', value: 'X', help: 'Score the gate asks for, 0 to 1' },
  'min-improvement': { kind: 'points', value: 'X', help: 'How much better it must be than at the start' },
  'max-regression': { kind: 'points', value: 'X', help: 'How much worse it may be' },
  'baseline': { kind: 'file', ending: '.json', value: '[FILE]', help: 'Compare with these scores, not with the start' },
  'confidence': { kind: 'confidence', value: 'X', help: 'Of each bound of a verdict (0.95)' },
  'on-inconclusive': { kind: 'choice', value: 'HOW', choices: ['point', 'fail', 'pass'], help: 'point (the score decides), fail or pass' },
  'max-unscored': { kind: 'share', value: 'X', help: 'Share of runs that may go without a score (0)' },
  'optimizer': { kind: 'text', value: 'NAME', help: 'Optimizer to use' },
  'strategy': { kind: 'text', value: 'NAME', help: 'Search: auto, greedy, beam, ucb, pareto, halving' },
  'seed': { kind: 'text', value: 'S', help: 'Makes a run repeatable' },
  'concurrency': { kind: 'positive', value: 'N', help: 'Cases in flight (5)' },
  'max-evaluations': { kind: 'positive', value: 'N', help: 'Case runs at most, of each workflow' },
  'max-time': { kind: 'duration', value: 'T', help: 'Time at most, of each workflow: 30s, 5m, 1h' },
  'patience': { kind: 'positive', value: 'N', help: 'Stop after N rounds in a row that kept nothing' },
  'trials': { kind: 'positive', value: 'N', help: 'Runs of each case for the same values (1)' },
  'no-optimize': { kind: 'switch', help: 'Measure and gate the saved values, change nothing' },
  'from-code': { kind: 'switch', help: 'Start from the values in the code, not the saved ones' },
  'fail-inconclusive': { kind: 'switch', help: 'The same as --on-inconclusive fail: exit with 3' },
  'max-cost': { kind: 'amount', value: 'USD', help: 'What models may cost, of the whole run; needs `prices`' },
  'max-calls': { kind: 'positive', value: 'N', help: 'Calls of models at most, of the whole run' },
  'max-tokens': { kind: 'positive', value: 'N', help: 'Tokens of models at most, in and out, of the whole run' },
  'dry-run': { kind: 'switch', help: 'What a run would do and cost; runs and spends nothing' },
  'cassettes': { kind: 'choice', value: 'MODE', choices: cassetteModes, help: 'Answers of models: off, cache, record or replay' },
  'otlp': { kind: 'text', value: 'FILE', help: 'Spans of every case run, as OTLP JSON lines' },
  'explain': { kind: 'switch', help: 'Show what each round suspected, asked and got' },
  'accept': { kind: 'switch', help: 'Save the new values at the end if the gate passed' },
  'json': { kind: 'file', ending: '.json', value: '[FILE]', help: 'The report as JSON: alone on stdout, or a .json file' },
  'html': { kind: 'file', ending: '.html', value: '[FILE]', help: 'The report as one page, in .vitest/trace-eval or FILE' },
  'history': { kind: 'text', value: 'DIR', help: 'Keep a summary of the run there, to be committed' },
} as const satisfies Record<string, OwnFlag>

/** The name of one of our run flags, without dashes. */
export type RunFlagName = keyof typeof runFlags

/** Values by flag name; a switch is `true`, a file that was left out `true` too. */
export type FlagValues = Readonly<Record<string, string | number | true>>

const ranges: Record<'whole' | 'positive' | 'share' | 'points' | 'confidence' | 'amount', { readonly text: string; holds(value: number): boolean }> = {
  whole: { text: 'a whole number from 0 up', holds: (value) => Number.isSafeInteger(value) && value >= 0 },
  positive: { text: 'a whole number from 1 up', holds: (value) => Number.isSafeInteger(value) && value >= 1 },
  amount: { text: 'a number from 0 up', holds: (value) => value >= 0 && value < Infinity },
  share: { text: 'a number from 0 to 1', holds: (value) => value >= 0 && value <= 1 },
  // Of differences of scores.
  points: { text: 'a number from 0 to 1', holds: (value) => value >= 0 && value <= 1 },
  confidence: { text: 'a number above 0.5 and below 1', holds: (value) => value > 0.5 && value < 1 },
}
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** The value of flag `name` from its text; durations become milliseconds. */
export function flagValue(name: string, flag: OwnFlag, text: string): string | number {
  if (flag.kind === 'duration') return durationMs(name, text)
  if (flag.kind === 'text' || flag.kind === 'file' || flag.kind === 'optional') return text === '' ? wrongValue(name, `a ${flag.kind === 'file' ? 'file name' : 'value'}`, text) : text
  if (flag.kind === 'switch') return wrongValue(name, 'no value', text)
  if (flag.kind === 'choice') return flag.choices?.includes(text) === true ? text : wrongValue(name, oneOf(flag), text)
  const { text: expected, holds } = ranges[flag.kind]
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (holds(value)) return value
  const isShare = flag.kind === 'share' || flag.kind === 'points' || flag.kind === 'confidence'
  return wrongValue(name, expected, text, isShare ? perCentHint(text, flag.kind === 'points' ? 'points of 100' : '%', holds) : undefined)
}

/** Says that `name` needs a value and none came. */
export function missingValue(name: string, flag: OwnFlag): never {
  const expected = flag.kind === 'duration' ? durationText : flag.kind === 'choice' ? oneOf(flag) : Object.hasOwn(ranges, flag.kind) ? ranges[flag.kind as keyof typeof ranges].text : 'a value'
  throw new TraceEvalError('FLAG_VALUE', `expected ${expected}, received nothing`, { at: `--${name}` })
}

/** `off, cache or replay`. */
const oneOf = ({ choices = [] }: OwnFlag): string => choices.join(', ').replace(/, ([^,]*)$/, ' or $1')
const durationText = 'a duration such as 30s, 5m or 1h'

function durationMs(name: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? []
  const value = amount === undefined ? Number.NaN : Math.round(Number(amount) * unitMs[unit!]!)
  return value > 0 ? value : wrongValue(name, durationText, text)
}

function wrongValue(name: string, expected: string, text: string, hint?: string): never {
  throw new TraceEvalError('FLAG_VALUE', `expected ${expected}, received ${describeValue(text)}`, { at: `--${name}`, ...(hint !== undefined && { hint }) })
}
