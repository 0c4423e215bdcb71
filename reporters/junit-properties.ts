/** Scores in Vitest's own JUnit report: as properties of each case, which it writes from annotations. Stage: reporters. */
import type { TestCase, TestSuite } from 'vitest/node'
import type { CaseReport, WorkflowReport } from '../src/report/run-report.ts'
import type { CaseMeta } from '../src/vitest/protocol.ts'

/** Reporters of Vitest that write annotations, or keep them for one that does. */
const readers: ReadonlySet<string> = new Set(['JUnitReporter', 'BlobReporter'])

/** Whether any of `reporters` would show properties. */
export function showsProperties(reporters: readonly object[]): boolean { return reporters.some((reporter) => readers.has(reporter.constructor.name)) }

/** Gives each case of a workflow's suite its properties; a second time it changes nothing. */
export function addProperties(suite: TestSuite, report: WorkflowReport): void {
  const results = new Map(report.caseResults.map((one) => [one.id, one]))
  for (const test of suite.children.allTests()) {
    const meta = (test.meta() as { traceEval?: CaseMeta }).traceEval
    const result = meta?.kind === 'case' ? results.get(meta.caseId) : undefined
    if (result !== undefined) annotate(test, propertiesOf(report, result))
  }
}

function propertiesOf({ name, verdict, passed, threshold, final }: WorkflowReport, { id, split, before, after, change }: CaseReport): readonly (readonly [string, string])[] {
  return [
    ['workflow', name], ['case', id], ['split', split], ['baseline', numberText(before)], ['score', numberText(after)], ['change', change],
    // Of the workflow: JUnit has no place for it but its cases.
    ['verdict', passed ? verdict : `${verdict} (failed)`.replace('fail (failed)', 'fail')], ['workflow.score', numberText(final.score)], ['workflow.lower', numberText(final.lower)], ['workflow.upper', numberText(final.upper)], ['workflow.n', String(final.n)],
    ...threshold === undefined ? [] : [['workflow.threshold', numberText(threshold)] as const],
  ]
}

const numberText = (value: number | null): string => (value === null ? '' : String(Number(value.toFixed(6))))

/** Into the task itself: what its own worker would send, was sent long ago. */
function annotate(test: TestCase, properties: readonly (readonly [string, string])[]): void {
  const { task } = test as unknown as { task: { annotations?: { type: string; message: string }[] } }
  if (task.annotations === undefined || task.annotations.some(({ type }) => type.startsWith('trace-eval.'))) return
  task.annotations.push(...properties.filter(([, value]) => value !== '').map(([name, value]) => ({ type: `trace-eval.${name}`, message: value })))
}
