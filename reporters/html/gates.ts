/** Each rule of the gate with its numbers; where there is one rule, the verdict says it all. Stage: reporters. */
import type { GateReport, WorkflowReport } from '../../src/report/run-report.ts'
import { scoreText } from '../wording.ts'
import { html, type Content, type Markup } from './markup.ts'
import { part, scrolling } from './words.ts'

/** The rules of a workflow, those that failed first, or nothing where there is one or none. */
export function gatesPart({ gates }: WorkflowReport, id: string): Content {
  if (gates.length < 2) return undefined
  const ordered = gates.toSorted((a, b) => Number(a.passed) - Number(b.passed))
  return part(`${id}-gates`, 'Gates', scrolling('Gates', html`<table><thead><tr><th scope="col">Verdict</th><th scope="col">What</th><th scope="col">Rule</th><th scope="col" class="number">Value</th><th scope="col" class="number">Bounds</th><th scope="col" class="number">Cases</th><th scope="col">Why</th></tr></thead><tbody>${ordered.map(row)}</tbody></table>`))
}

function row({ what, rule, verdict, passed, reason, value, lower, upper, n, kind, mark }: GateReport): Markup {
  const word = verdict === 'ungated' || verdict === 'error' ? verdict.toUpperCase() : passed ? 'PASS' : 'FAIL'
  const look = !passed ? 'bad' : verdict === 'pass' ? 'good' : 'warn'
  const number = (one: number | null): string => (one === null ? 'n/a' : kind === 'min-improvement' || kind === 'max-regression' ? signed(one) : scoreText(one, mark))
  return html`<tr><td><span class="badge ${look}">${word}</span></td><th scope="row"><bdi>${what}</bdi></th><td class="rule">${rule}</td><td class="number">${number(value)}</td><td class="number">${lower === null && upper === null ? '' : `${number(lower)} to ${number(upper)}`}</td><td class="number">${n}</td><td class="prose">${reason}</td></tr>`
}

const signed = (change: number): string => `${change < 0 ? '\u2212' : '+'}${Math.abs(change).toFixed(2)}`
