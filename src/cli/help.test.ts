/** The help, whole. Stage: cli. */
import { expect, test } from 'vitest'
import { helpText } from './help.ts'

test('the help names every command, flag and exit code', () => {
  expect(helpText()).toMatchInlineSnapshot(`
    "trace-eval: write evals like unit tests, watch the score rise, gate on it

    Usage
      trace-eval [filters]           Run eval files, improve parameters, judge
      trace-eval watch [filters]     Measure again what an edit touches
      trace-eval show [workflow]     Last report; --case, --explain, --graph, --html
      trace-eval history [workflow]  How scores went from run to run
      trace-eval accept [workflow…]  Save the last values; --force, --baseline
      trace-eval calibrate FILES     How far judges agree with labels, and kappa
      trace-eval init                Write a first eval that runs, and its config

    Flags of a run (any other flag goes to Vitest: npx vitest --help)
      --rounds N             Rounds at most (10); 0 measures only
      --threshold X          Score the gate asks for, 0 to 1
      --min-improvement X    How much better it must be than at the start
      --max-regression X     How much worse it may be
      --baseline [FILE]      Compare with these scores, not with the start
      --confidence X         Of each bound of a verdict (0.95)
      --on-inconclusive HOW  point (the score decides), fail or pass
      --max-unscored X       Share of runs that may go without a score (0)
      --optimizer NAME       Optimizer to use
      --strategy NAME        Search: auto, greedy, beam, ucb, pareto, halving
      --seed S               Makes a run repeatable
      --concurrency N        Cases in flight (5)
      --max-evaluations N    Case runs at most, of each workflow
      --max-time T           Time at most, of each workflow: 30s, 5m, 1h
      --patience N           Stop after N rounds in a row that kept nothing
      --trials N             Runs of each case for the same values (1)
      --no-optimize          Measure and gate the saved values, change nothing
      --from-code            Start from the values in the code, not the saved ones
      --fail-inconclusive    The same as --on-inconclusive fail: exit with 3
      --max-cost USD         What models may cost, of the whole run; needs \`prices\`
      --max-calls N          Calls of models at most, of the whole run
      --max-tokens N         Tokens of models at most, in and out, of the whole run
      --dry-run              What a run would do and cost; runs and spends nothing
      --cassettes MODE       Answers of models: off, cache, record or replay
      --otlp FILE            Spans of every case run, as OTLP JSON lines
      --explain              Show what each round suspected, asked and got
      --accept               Save the new values at the end if the gate passed
      --json [FILE]          The report as JSON: alone on stdout, or a .json file
      --html [FILE]          The report as one page, in .vitest/trace-eval or FILE
      --history DIR          Keep a summary of the run there, to be committed

    Examples
      npx trace-eval                     every **/*.eval.ts
      npx trace-eval routing --rounds 3  only files with "routing" in their path
      npx trace-eval --no-optimize       in CI: measure and gate the saved values
      npx trace-eval -t "a threat"       cases by name; any flag of Vitest works
      npx trace-eval --json report.json  the report as data

    Exit codes
      0    passed
      1    the gate failed
      2    wrong use or configuration
      3    inconclusive, with --fail-inconclusive
      4    could not measure
      130  interrupted
    "
  `)
})

test('no line of the help is wider than 80 columns', () => {
  expect(helpText().split('\n').filter((line) => line.length > 80)).toEqual([])
})
