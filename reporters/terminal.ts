/** Renders plans, reports and progress for a terminal: data in, text out. Stage: reporters. */
import { groupDigits } from '../src/core/text.ts'
import { REPORT_FILE } from '../src/report/report-file.ts'
import type { RunPlan, RunReport, WorkflowReport } from '../src/report/run-report.ts'
import { paramsPath } from '../src/store/params-file.ts'
import { paint, type Paint } from './ansi.ts'
import { displayWidth } from './display-width.ts'
import { frontTable } from './front-rows.ts'
import { gateLines } from './gate-lines.ts'
import { fit, foreign, foreignLine, joinLines, wrap, type RenderOptions } from './layout.ts'
import { leakText } from './leak-text.ts'
import { decisiveProblem, problemLines, problemText } from './problem-lines.ts'
import { renderCases } from './render-cases.ts'
import { renderChanges } from './render-changes.ts'
import { paintedChange, partLines, roundLines, tableLines } from './render-tables.ts'
import { count, durationText, fromTo, listText, scoreText, spendText, stopText, tableScores } from './wording.ts'

/** What is planned for one workflow. */
export interface PlannedWorkflow {
  readonly workflow: string
  /** The eval file, relative to the root. @defaultValue not shown */
  readonly file?: string
  readonly total: number
  readonly learn: number
  readonly heldOut: number
  readonly plan: RunPlan
}

/** What a workflow is about to do, with its budget. Ends with a line feed, as all texts here do. */
export function renderPlan({ workflow, file, total, learn, heldOut, plan }: PlannedWorkflow, options: RenderOptions = {}): string {
  const { columns, color } = resolve(options)
  const split = heldOut === 0 ? 'none held out' : `${learn} to learn from, ${heldOut} held out`
  const time = plan.maxDurationMs === undefined ? '' : `, ${durationText(plan.maxDurationMs)}`
  const budget = plan.optimizes ? `at most ${count(plan.rounds, 'round')}, ${count(plan.maxEvaluations, 'evaluation')}${time}` : 'measures without optimizing'
  const place = file === undefined ? [] : [fit(foreignLine(file), columns - 4)]
  return joinLines(spread([color.bold(fit(foreignLine(workflow), columns - 2)), `${count(total, 'case')}${plan.optimizes || heldOut > 0 ? ` (${split})` : ''}`, ...place, budget], columns))
}

/** How a workflow is rendered. */
export interface WorkflowRenderOptions extends RenderOptions {
  /** Whether its plan stands right above: then nothing of it is said again. @defaultValue false */
  readonly belowPlan?: boolean
}

/** Everything about one workflow's run. */
export function renderWorkflow(report: WorkflowReport, options: WorkflowRenderOptions = {}): string {
  const { columns, color } = resolve(options)
  const head = options.belowPlan === true ? [] : ['', ...headLines(report, columns, color)]
  const sections = [
    [...head, ...roundLines(report, columns, color), ...scoreLines(report, columns, color)],
    frontLines(report, columns, color),
    partLines(report, columns, color),
    renderCases(report, columns, color),
    ...renderChanges(report.parameters.filter(({ changed }) => changed), columns, color),
    leakLines(report, columns, color),
    problemLines(report.problems.filter((problem) => problem !== decisiveProblem(report)), columns, color),
    [...verdictLines(report, columns, color), ...nextLines(report, columns, color)],
  ]
  return joinLines(sections.filter((lines) => lines.length > 0).flatMap((lines) => [...lines, '']))
}

/** How the end of a run is written. */
export interface RunRenderOptions extends RenderOptions {
  /** Whether there is a report to point at. @defaultValue true */
  readonly written?: boolean
}

/** The end of a run: one line per workflow, problems, totals, and where the report is. */
export function renderRun(report: RunReport, options: RunRenderOptions = {}): string {
  const { columns, color } = resolve(options)
  const { workflows, problems, durationMs, seed } = report
  const passed = workflows.filter((workflow) => workflow.passed).length
  const evaluations = workflows.reduce((sum, { usage }) => sum + usage.evaluations, 0)
  const totals = [
    workflows.length === 0 ? `no workflow ran${problems.length === 0 ? ': no case was left to run' : ''}` : `${count(workflows.length, 'workflow')}: ${passed} passed, ${workflows.length - passed} failed`,
    count(evaluations, 'evaluation'), durationText(durationMs), `seed ${fit(foreignLine(seed), 30)}`,
  ]
  return joinLines([
    ...(workflows.length > 1 ? summaryLines(workflows, columns, color) : []),
    ...problemLines(problems, columns, color), ...textLines(workflows, columns, color), ...spread(totals, columns),
    ...(options.written === false ? [] : [color.dim(fit(` report: ${REPORT_FILE}`, columns))]),
  ])
}

interface Resolved { readonly columns: number; readonly color: Paint }

function resolve({ columns = 80, color = false }: RenderOptions): Resolved {
  return { columns: Math.max(60, Math.floor(columns) || 80), color: paint(color) }
}

/** Parts side by side, as many as fit into a line; none is broken. */
function spread(parts: readonly string[], columns: number, { first = ' ', separator = '   ' } = {}): string[] {
  const lines: string[] = []
  for (const part of parts) {
    const joined = lines.length === 0 ? `${first}${part}` : `${lines.at(-1)}${separator}${part}`
    if (lines.length > 0 && displayWidth(joined) > columns) {
      lines[lines.length - 1] = `${lines.at(-1)}${separator}`.trimEnd()
      lines.push(fit(`   ${part}`, columns))
    } else {
      lines[Math.max(0, lines.length - 1)] = joined
    }
  }
  return lines
}

function headLines({ name, file, cases }: WorkflowReport, columns: number, color: Paint): string[] {
  const split = cases.learn + cases.heldOut === 0 ? '' : cases.heldOut === 0 ? ' (none held out)' : ` (${cases.learn} to learn from, ${cases.heldOut} held out)`
  return spread([color.bold(fit(foreignLine(name), columns - 2)), `${count(cases.total, 'case')}${split}`, fit(foreignLine(file), columns - 4)], columns)
}

function scoreLines(report: WorkflowReport, columns: number, color: Paint): string[] {
  const { baseline, final, learn, threshold, usage, plan, durationMs, rejected, stopReason, trials } = report
  if (final.n === 0 && stopReason !== 'interrupted' && stopReason !== 'budget') return []
  const own: [label: string, from: number, to: number][] = final.heldOut ? [['held out', baseline.score, final.score], ['learned from', learn.baseline, learn.final]] : [['score', baseline.score, final.score]]
  if (trials?.after !== undefined) {
    const { k, before = trials.after, after } = trials
    own.push([`pass@${k}`, before.passAtK, after.passAtK], [`pass^${k}`, before.passHatK, after.passHatK])
  }
  const scores = tableScores(own.map(([, from, to]) => [from, to]), threshold)
  const rows = own.map(([label, from, to]) => [label, from === to ? scores.score(to) : scores.pair(from, to).join(' → '), paintedChange(from, to, color, scores)])
  const spent = plan.optimizes ? `${groupDigits(usage.evaluations)} of ${count(plan.maxEvaluations, 'evaluation')}` : count(usage.evaluations, 'evaluation')
  const facts = [stopText(report), spent, durationText(durationMs)]
  const cost = spendText(usage)
  const decided = report.decided === undefined ? [] : wrap(foreignLine(report.decided), { columns, first: '   ' }).map(color.dim)
  const kept = rejected === undefined ? [] : wrap(
    `not adopted: on held-out cases the best values score ${fromTo(rejected.heldOutStart, rejected.heldOutScore)}, so the starting values stay`, { columns, first: '   ' })
  const spentLines = [...spread(facts.filter((fact) => fact !== ''), columns - 1, { first: '   ', separator: ', ' }), ...(cost === '' ? [] : wrap(cost, { columns: columns - 1, first: '   ', next: '   ' }))]
  return [...decided, ...(final.n === 0 ? [] : tableLines(rows)), ...kept.map(color.yellow), ...spentLines.map(color.dim)]
}

/** Candidates that trade the score against costs, where several objectives count. */
function frontLines(report: WorkflowReport, columns: number, color: Paint): string[] {
  const table = frontTable(report)
  if (table === undefined) return []
  const { head, rows, hidden } = table
  const [first, ...lines] = tableLines([head, ...rows], head.map((_, column) => column).slice(0, -1)).map((line) => fit(line, columns))
  return [
    ...wrap('trade-offs on cases to learn from: no other candidate beats these in the score and in every cost', { columns, first: '   ' }),
    color.dim(first!), ...lines, ...(hidden === 0 ? [] : [color.dim(`   … and ${hidden} more in report.json`)]),
  ]
}

function leakLines({ leaks }: WorkflowReport, columns: number, color: Paint): string[] {
  if (leaks.length === 0) return []
  const title = `   ${color.yellow(fit(`the trace ends at ${count(leaks.length, 'place')}: what follows cannot be blamed on a parameter`, columns - 3))}`
  return [title, ...leaks.flatMap((leak) => wrap(leakText(leak), { columns, first: '     - ' }))]
}

/** Whether somebody stopped it before there was anything to judge. */
const isStopped = ({ verdict, stopReason }: WorkflowReport): boolean => verdict === 'error' && stopReason === 'interrupted'

function labelOf(report: WorkflowReport, color: Paint): string {
  const { verdict, passed } = report
  if (isStopped(report)) return color.yellow(color.inverse(' STOPPED '))
  if (verdict === 'error' || verdict === 'ungated' || verdict === 'partial') return (verdict === 'error' ? color.red : color.yellow)(color.inverse(` ${verdict.toUpperCase()} `))
  const dye = passed ? (verdict === 'inconclusive' ? color.yellow : color.green) : color.red
  return dye(color.inverse(` ${passed ? 'PASS' : 'FAIL'} `))
}

function verdictLines(report: WorkflowReport, columns: number, color: Paint): string[] {
  const label = labelOf(report, color)
  const problem = decisiveProblem(report)
  const [first, ...rest] = wrap(problem === undefined ? foreign(report.reason) : problemText(problem), { columns, first: ' '.repeat(displayWidth(label) + 1), next: '   ' })
  return [`${label} ${first!.trimStart()}`, ...rest, ...gateLines(report, columns, color)]
}

function summaryLines(workflows: readonly WorkflowReport[], columns: number, color: Paint): string[] {
  return workflows.map((workflow) => {
    const { name, baseline, final, threshold } = workflow
    const [label, score] = [labelOf(workflow, color), final.n === 0 ? 'not measured' : fromTo(baseline.score, final.score, threshold)]
    const gate = threshold === undefined ? '' : `  threshold ${scoreText(threshold)}`
    const room = columns - displayWidth(label) - displayWidth(score) - 4
    const asked = room - displayWidth(gate) < 12 ? '' : gate
    return `${label} ${fit(foreignLine(name), room - displayWidth(asked))}  ${score}${color.dim(asked)}`
  })
}

/** Texts and code that the optimizer did not change, told once for the whole run. */
function textLines(workflows: readonly WorkflowReport[], columns: number, color: Paint): string[] {
  const asked = workflows.filter(({ plan, stopReason }) => (plan.optimizes && stopReason !== 'budget') || stopReason === 'no-parameters')
  const written = asked.flatMap(({ parameters }) => parameters.filter(({ kind, optimized }) => (kind === 'text' || kind === 'code') && !optimized))
  const left = new Set(written.map(({ name }) => `\`${foreignLine(name)}\``))
  if (left.size === 0) return []
  const [one, many] = written.every(({ kind }) => kind === 'text') ? ['a text', 'texts'] : written.every(({ kind }) => kind === 'code') ? ['code', 'code'] : ['a text and code', 'texts and code']
  const text = `note: ${listText([...left])} ${left.size === 1 ? `is ${one} and stays as it is` : `are ${many} and stay as they are`}: writing takes a model. `
    + 'Name one in TRACE_EVAL_MODEL, with OPENAI_API_KEY, or OPENAI_BASE_URL for any compatible server, a local one included.'
  return wrap(text, { columns, first: ' ', next: '   ' }).map((line) => color.dim(line))
}

/** What to do now. */
function nextLines(report: WorkflowReport, columns: number, color: Paint): string[] {
  const { parameters, passed, file, verdict } = report
  const name = (parameter: { readonly name: string }): string => `\`${foreignLine(parameter.name)}\``
  const changed = parameters.filter((parameter) => parameter.changed)
  const next: string[] = []
  if (changed.length > 0 && verdict !== 'error') {
    next.push(passed ? `\`npx trace-eval accept\` saves ${listText(changed.map(name))} to ${foreignLine(paramsPath(file))}`
      : `not good enough to save; \`npx trace-eval accept --force\` saves ${listText(changed.map(name))} all the same`)
  }
  if (changed.length > 0 && isStopped(report)) next.push('run again to have the best values so far judged;\n`npx trace-eval accept --force` saves them unjudged')
  if (verdict === 'partial') next.push('run without filters to optimize and to gate')
  return next.flatMap((text) => wrap(text, { columns, first: ` ${color.cyan('→')} `, next: '   ' }))
}
