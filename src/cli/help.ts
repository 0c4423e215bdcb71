/** The text of `--help`. Stage: cli. */
import { runFlags, type OwnFlag } from './own-flags.ts'

const commands = [
  ['trace-eval [filters]', 'Run eval files, improve parameters, judge'],
  ['trace-eval watch [filters]', 'Measure again what an edit touches'],
  ['trace-eval show [workflow]', 'Last report; --case, --explain, --graph, --html'],
  ['trace-eval history [workflow]', 'How scores went from run to run'],
  ['trace-eval accept [workflow…]', 'Save the last values; --force, --baseline'],
  ['trace-eval calibrate FILES', 'How far judges agree with labels, and kappa'],
  ['trace-eval init', 'Write a first eval that runs, and its config'],
] as const

const examples = [
  ['npx trace-eval', 'every **/*.eval.ts'],
  ['npx trace-eval routing --rounds 3', 'only files with "routing" in their path'],
  ['npx trace-eval --no-optimize', 'in CI: measure and gate the saved values'],
  ['npx trace-eval -t "a threat"', 'cases by name; any flag of Vitest works'],
  ['npx trace-eval --json report.json', 'the report as data'],
] as const

const exitCodes = [
  ['0', 'passed'],
  ['1', 'the gate failed'],
  ['2', 'wrong use or configuration'],
  ['3', 'inconclusive, with --fail-inconclusive'],
  ['4', 'could not measure'],
  ['130', 'interrupted'],
] as const

/** Everything a person can type, in 80 columns at most. */
export function helpText(): string {
  const flags = Object.entries(runFlags as Record<string, OwnFlag>).map(([name, { value, help }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, help] as const)
  return [
    'trace-eval: write evals like unit tests, watch the score rise, gate on it', '',
    'Usage', ...rows(commands), '',
    'Flags of a run (any other flag goes to Vitest: npx vitest --help)', ...rows(flags), '',
    'Examples', ...rows(examples), '',
    'Exit codes', ...rows(exitCodes), '',
  ].join('\n')
}

function rows(entries: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...entries.map(([left]) => left.length))
  return entries.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
