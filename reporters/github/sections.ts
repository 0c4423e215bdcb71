/** The parts of a summary, the most important first; each is whole or left out. Stage: reporters. */
import { groupDigits } from '../../src/core/text.ts'
import { describeValue } from '../../src/core/describe-value.ts'
import type { CaseReport, ParameterReport, Problem, RoleUsage, RunReport, WorkflowReport } from '../../src/report/run-report.ts'
import { paramsPath } from '../../src/store/params-file.ts'
import { changeLines, valuePair } from '../change-lines.ts'
import { labelOf } from '../labels.ts'
import { changeText, costText, count, durationText, fromTo, listText, placeText, saidText, scoreText, stopText, tableScores } from '../wording.ts'
import { code, fence, plain } from './markdown.ts'

/** How much of each kind a text may hold. */
export interface Most { readonly cases: number; readonly lines: number }

/** Every part of the summary of a run, in the order in which they matter; each is made when it is asked for. */
export function* sections(run: RunReport, most: Most): Generator<string> {
  const inOrder = run.workflows.toSorted((a, b) => rank(a) - rank(b))
  const several = run.workflows.length > 1
  yield alert(run, inOrder)
  yield table(inOrder)
  yield problems(run.problems)
  for (const workflow of inOrder) yield cases('Got worse', workflow, several, most.cases)
  for (const workflow of inOrder) yield problems(workflow.problems.filter(({ level }) => level !== 'note'), workflow, several)
  for (const workflow of inOrder) yield gates(workflow, several)
  for (const workflow of inOrder) yield cases('Not measured', workflow, several, Math.ceil(most.cases / 4))
  for (const workflow of inOrder) yield cases('Fails as before', workflow, several, Math.ceil(most.cases / 4))
  for (const workflow of inOrder) yield* parameters(workflow, several, most)
  yield cost(run.workflows)
  for (const workflow of inOrder) yield rounds(workflow, several)
  yield footer(run)
}

const looks = ['bad', 'warn', 'good'] as const
const rank = (workflow: WorkflowReport): number => looks.indexOf(labelOf(workflow).look)

/** One of GitHub's coloured boxes with the verdict. */
function alert({ workflows, problems }: RunReport, inOrder: readonly WorkflowReport[]): string {
  const [first] = inOrder
  if (first === undefined) return box('CAUTION', [`**No workflow ran.** ${plain(problems[0]?.message ?? 'No case was left to run.')}`])
  const { look } = labelOf(first)
  const kind = look === 'bad' ? 'CAUTION' : look === 'warn' ? 'WARNING' : 'TIP'
  if (workflows.length === 1) return box(kind, [`**${labelOf(first).word}** ${plain(first.name)}: ${plain(first.reason)}`])
  const failed = inOrder.filter(({ passed }) => !passed)
  return box(kind, failed.length === 0 ? [`**PASS** all ${workflows.length} workflows`] : [`**FAIL** ${failed.length} of ${count(workflows.length, 'workflow')}`, ...failed.slice(0, 5).map((one) => `- ${plain(one.name)}: ${plain(one.reason)}`)])
}

function box(kind: string, lines: readonly string[]): string { return [`> [!${kind}]`, ...lines.map((line) => `> ${line}`)].join('\n') }

function table(workflows: readonly WorkflowReport[]): string {
  if (workflows.length === 0) return ''
  const rows = workflows.map((workflow) => {
    const { name, baseline, final, threshold, cases, caseResults, usage } = workflow
    const number = (change: CaseReport['change']): number => caseResults.filter((one) => one.change === change).length
    const measured = final.n > 0
    const score = !measured ? 'not measured' : baseline.score === final.score ? scoreText(final.score, threshold) : fromTo(baseline.score, final.score, threshold)
    return [labelOf(workflow).word, plain(name, 80), score, measured ? changeText(baseline.score, final.score).replace('-', '\u2212') : '', measured ? `${scoreText(final.lower, threshold)} to ${scoreText(final.upper, threshold)}` : '',
      threshold === undefined ? '' : scoreText(threshold), number('worse') + number('better') === 0 ? '' : `${number('worse')} / ${number('better')}`, `${groupDigits(cases.total)}${cases.heldOut > 0 ? ` (${groupDigits(cases.heldOut)} held out)` : ''}`, usage.modelCalls === 0 ? '' : costText(usage.costUsd)]
  })
  return tableText(['', 'workflow', workflows.every(({ final }) => final.heldOut || final.n === 0) ? 'held-out score' : 'score', 'change', 'bounds', 'threshold', 'worse / better', 'cases', 'cost'], rows, [2, 3, 4, 5, 6, 7, 8])
}

function tableText(head: readonly string[], rows: readonly (readonly string[])[], right: readonly number[]): string {
  // A column that says nothing is left out.
  const shown = head.map((_, index) => index).filter((index) => rows.some((row) => row[index] !== ''))
  const line = (cells: readonly string[]): string => `| ${shown.map((index) => cells[index]).join(' | ')} |`
  return [line(head), `|${shown.map((index) => (right.includes(index) ? ' ---: |' : ' --- |')).join('')}`, ...rows.map(line)].join('\n')
}

function titled(title: string, { name }: WorkflowReport, several: boolean): string { return `### ${title}${several ? `: ${plain(name, 80)}` : ''}` }

function problems(found: readonly Problem[], workflow?: WorkflowReport, several = false): string {
  if (found.length === 0) return ''
  const lines = found.slice(0, 20).map(({ level, message, location }) => `- **${level}** ${plain(message)}${location === undefined ? '' : ` ${code(placeText(location))}`}`)
  return [workflow === undefined ? '### Problems' : titled('Problems', workflow, several), '', ...lines, ...more(found.length - 20, 'problem')].join('\n')
}

const more = (number: number, noun: string): string[] => (number > 0 ? [`- … and ${count(number, `more ${noun}`)}`] : [])

const groups = {
  'Got worse': ({ caseResults }) => caseResults.filter(({ change }) => change === 'worse'),
  'Not measured': ({ caseResults, stopReason }) => (stopReason === 'interrupted' ? [] : caseResults.filter(({ after }) => after === null)),
  'Fails as before': ({ caseResults }) => caseResults.filter(({ change, after }) => change === 'same' && after !== null && after < 1),
} as const satisfies Record<string, (workflow: WorkflowReport) => readonly CaseReport[]>

function cases(title: keyof typeof groups, workflow: WorkflowReport, several: boolean, most: number): string {
  const found = groups[title](workflow)
  if (found.length === 0) return ''
  return [titled(`${title} (${found.length})`, workflow, several), '', ...found.slice(0, most).map(caseLine), ...more(found.length - most, 'case')].join('\n')
}

function caseLine({ title, before, after, split, feedback: [said], unscored }: CaseReport): string {
  const numbers = after === null ? '' : ` ${before === after ? scoreText(after) : fromTo(before, after)}`
  const why = unscored ?? (said && saidText(said.message))
  const place = said?.location === undefined ? '' : ` ${code(placeText(said.location))}`
  return `- ${code(title, 120)}${numbers}${split === 'held-out' ? ', held out' : ''}${why === undefined ? '' : `: ${plain(why, 300)}`}${unscored === undefined ? place : ''}`
}

function gates(workflow: WorkflowReport, several: boolean): string {
  if (workflow.gates.length < 2) return ''
  const rows = workflow.gates.toSorted((a, b) => Number(a.passed) - Number(b.passed)).map(({ passed, verdict, what, rule, reason }) => [verdict === 'ungated' || verdict === 'error' ? verdict.toUpperCase() : passed ? 'PASS' : 'FAIL', plain(what, 100), plain(rule, 100), plain(reason, 300)])
  return `${titled('Gates', workflow, several)}\n\n${tableText(['', 'what', 'rule', 'why'], rows.slice(0, 50), [])}`
}

function* parameters(workflow: WorkflowReport, several: boolean, { lines }: Most): Generator<string> {
  const changed = workflow.parameters.filter((one) => one.changed)
  if (changed.length === 0) return
  const saves = workflow.passed ? `\`npx trace-eval accept\` saves ${plain(listText(changed.map(({ name }) => name)))} to ${code(paramsPath(workflow.file))}.` : `Not good enough to save; \`npx trace-eval accept --force\` saves ${changed.length === 1 ? 'it' : 'them'} all the same.`
  const short = changed.filter(({ kind, from, to }) => !['text', 'code', 'examples', 'value'].includes(kind) && describeValue(from).length + describeValue(to).length < 100)
  const table = short.length === 0 ? [] : [tableText(['parameter', 'start', 'end'], short.slice(0, 100).map((parameter) => [code(parameter.name, 80), ...valuePair(parameter).map((value) => code(value))]), []), ...more(short.length - 100, 'parameter')]
  yield [titled(`Changed: ${count(changed.length, 'parameter')}`, workflow, several), '', saves, ...table.length === 0 ? [] : ['', ...table]].join('\n')
  for (const one of changed) if (!short.includes(one)) yield change(one, lines)
}

function change(parameter: ParameterReport, most: number): string {
  const all = changeLines(parameter).map((line) => (line.startsWith('@') ? '@@' : line.length > 1000 ? `${line.slice(0, 1000)}…` : line))
  const left = all.length - most
  return `**${plain(parameter.name, 80)}** (${parameter.kind})\n\n${fence([...all.slice(0, most), ...left > 0 ? [` … and ${count(left, 'more line')}`] : []], 'diff')}`
}

const roles = { task: 'the workflow', judge: 'judges', optimizer: 'the optimizer' } as const

function cost(workflows: readonly WorkflowReport[]): string {
  const usages = workflows.map(({ usage }) => usage)
  const all = (Object.keys(roles) as (keyof typeof roles)[]).map((role) => ({ name: roles[role], ...sum(usages.map(({ byRole }) => byRole[role])) }))
  const total = sum(all)
  if (total.modelCalls + (total.keptAnswers ?? 0) === 0) return ''
  const row = (name: string, { modelCalls, keptAnswers = 0, inputTokens, outputTokens, costUsd, estimated }: RoleUsage): string[] => {
    const about = estimated === true ? 'about ' : ''
    return [name, groupDigits(modelCalls), keptAnswers === 0 ? '' : groupDigits(keptAnswers), `${about}${groupDigits(inputTokens)}`, `${about}${groupDigits(outputTokens)}`, costText(costUsd)]
  }
  return `### Cost\n\n${tableText(['spent by', 'model calls', 'kept answers', 'input tokens', 'output tokens', 'cost'], [...all.map((one) => row(one.name, one)), row('**all**', total)], [1, 2, 3, 4, 5])}`
}

function sum(usages: readonly RoleUsage[]): RoleUsage {
  const total = (key: 'modelCalls' | 'inputTokens' | 'outputTokens' | 'keptAnswers'): number => usages.reduce((all, one) => all + (one[key] ?? 0), 0)
  const costUsd = usages.some((one) => one.costUsd === null) ? null : usages.reduce((all, one) => all + one.costUsd!, 0)
  return { modelCalls: total('modelCalls'), keptAnswers: total('keptAnswers'), inputTokens: total('inputTokens'), outputTokens: total('outputTokens'), costUsd, estimated: usages.some(({ estimated }) => estimated === true) }
}

function rounds(workflow: WorkflowReport, several: boolean): string {
  if (workflow.rounds.length === 0) return ''
  const shown = workflow.rounds.slice(-50)
  const scores = tableScores(shown.map(({ before, after }) => [before, after]), workflow.threshold)
  const rows = shown.map(({ round, before, after, kept, reason }) => [String(round), scores.pair(before, after).join(' → '), kept ? 'kept' : 'not kept', plain(reason, 200)])
  return ['<details>', `<summary>Rounds${several ? ` of ${plain(workflow.name, 80).replaceAll('\\', '')}` : ''}: ${stopText(workflow)}</summary>`, '', 'Scores are of the cases that were learned from: they chose the values.', '', tableText(['round', 'score', '', 'why'], rows, [0, 1]), '', '</details>'].join('\n')
}

function footer({ seed, durationMs, environment, workflows }: RunReport): string {
  const evaluations = workflows.reduce((all, { usage }) => all + usage.evaluations, 0)
  const { commit, versions = {} } = environment ?? {}
  const facts = [count(evaluations, 'evaluation'), durationText(durationMs), `seed ${plain(seed, 40)}`, ...commit === undefined ? [] : [`commit ${plain(commit.slice(0, 10))}`], ...Object.entries(versions).map(([name, version]) => plain(`${name} ${version}`, 60))]
  return `<sub>${facts.join(' · ')}</sub>`
}
