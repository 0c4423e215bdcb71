/** What every reporter must hold: rules to run over one of your own. Stage: reporters. */
import { describe, expect, it } from 'vitest'
import type { CaseReport, RunReport, WorkflowReport } from '../src/report/run-report.ts'
import { unpainted } from './ansi.ts'
import { hostile } from './hostile.ts'
import type { RenderOptions } from './layout.ts'
import { aGain, sampleRuns } from './sample-reports.ts'

/** Tries to take over a terminal or a CI log. */
const attack = '\n::error::x\r\u001b[2J\u001b]52;c;eA==\u0007\u202e\u0085##[group]\t'

/** A reporter as the contract sees it: a run in, everything it would print out. */
export type RenderReport = (report: RunReport, options: Required<RenderOptions>) => string

/**
 * Registers tests for a reporter that prints text. Call it in a test file.
 *
 * @example
 * ```ts no-run
 * reporterContract('terminal', (run, options) => run.workflows.map((one) => renderWorkflow(one, options)).join('') + renderRun(run, options))
 * ```
 */
export function reporterContract(name: string, render: RenderReport): void {
  const plain = { columns: 80, color: false }
  describe(`${name} keeps the contract of reporters`, () => {
    it.each(Object.keys(sampleRuns))('%s is shown', (title) => {
      expect(render(sampleRuns[title]!, plain)).toMatch(/\S/)
    })

    it('a report with every optional field missing is shown', () => {
      expect(render(runOf(bare(aGain)), plain)).toContain(aGain.name)
    })

    it('colours are all that NO_COLOR takes away', () => {
      for (const run of Object.values(sampleRuns)) {
        const text = render(run, plain)
        expect(text).not.toContain('\u001b')
        expect(unpainted(render(run, { columns: 80, color: true }))).toBe(text)
      }
    })

    it('the same report gives the same text', () => {
      for (const run of Object.values(sampleRuns)) expect(render(structuredClone(run), plain)).toBe(render(run, plain))
    })

    it('names, verdicts and totals are those of the report', () => {
      for (const run of Object.values(sampleRuns)) {
        const text = render(run, plain).replace(/\s+/g, ' ')
        for (const workflow of run.workflows) for (const fact of factsOf(workflow)) expect(text).toContain(fact)
        for (const { message } of run.problems) expect(text).toContain(message.replace(/\s+/g, ' '))
      }
    })

    it('foreign text cannot reach the terminal', () => {
      const text = render(runOf(hostile(aGain, attack)), plain)
      // oxlint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
      expect(text).not.toMatch(/^\s*::/m)
      expect(text).not.toContain('##[')
    })
  })
}

function runOf(workflow: WorkflowReport): RunReport {
  return { schemaVersion: 1, startedAt: '2026-01-02T03:04:05.000Z', durationMs: 1, seed: '1', exitCode: 0, workflows: [workflow], problems: [] }
}

function factsOf({ name, reason, cases, caseResults, final, parameters }: WorkflowReport): string[] {
  const changed = (change: CaseReport['change']): number => caseResults.filter((one) => one.change === change).length
  const scores = final.n === 0 ? [] : [final.score.toFixed(2)]
  const counts = (['worse', 'better'] as const).filter((change) => changed(change) > 0).map((change) => `${changed(change)} case${changed(change) === 1 ? '' : 's'} got ${change}`)
  return [name, reason, `${cases.total} case`, ...scores, ...counts, ...parameters.filter((parameter) => parameter.changed).map((parameter) => parameter.name)]
}

const optional: readonly string[] = [
  'location', 'threshold', 'rejected', 'maxDurationMs', 'description', 'unsavable', 'unscored', 'userMessage', 'matcher', 'negated', 'promise', 'polled',
  'expected', 'received', 'diff', 'check',
]

/** The report without anything that is optional. */
function bare(report: WorkflowReport): WorkflowReport {
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inside)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).filter(([key]) => !optional.includes(key)).map(([key, item]) => [key, inside(item)]))
  }
  const bared = inside(report) as WorkflowReport // only optional fields are gone
  return { ...bared, checks: bared.checks.map(({ name, kind, before, after, n, failedBefore, failedAfter }) => ({ name, kind, before, after, n, failedBefore, failedAfter })) }
}
