/** What a watch session found and nobody has saved yet: later runs start from it. Stage: cli. */
import { canonicalJson } from '../core/canonical-json.ts'
import type { ParameterReport, RunReport, WorkflowReport } from '../report/run-report.ts'
import { sessionKey, type SessionValues } from '../vitest/protocol.ts'

/** The last report of each workflow that has values which are not saved, with all of them marked as changed. */
export type Session = ReadonlyMap<string, WorkflowReport>

/**
 * The session after a run. A workflow that the run did not look at stays as it was; one that could not be measured with
 * the values of the session loses them, as the code may have changed so that they fit no more.
 */
export function remember(session: Session, { workflows }: Pick<RunReport, 'workflows'>): Map<string, WorkflowReport> {
  const next = new Map(session)
  for (const report of workflows) {
    const key = sessionKey(report.file, report.name)
    if (report.verdict === 'partial') continue
    if (report.verdict === 'error') { next.delete(key); continue }
    const parameters = report.parameters.map((one) => sinceTheFirst(one, session.get(key)?.parameters.find(({ name }) => name === one.name)))
    if (parameters.some(({ changed }) => changed)) next.set(key, { ...report, parameters })
    else next.delete(key)
  }
  return next
}

/** A parameter as it changed over several runs. */
function sinceTheFirst(now: ParameterReport, before: ParameterReport | undefined): ParameterReport {
  if (before?.changed !== true || canonicalJson(before.to) !== canonicalJson(now.from)) return now
  return { ...now, from: before.from, changed: canonicalJson(before.from) !== canonicalJson(now.to) }
}

/** The values that the next run starts from. */
export function startValues(session: Session): SessionValues {
  return Object.fromEntries(Array.from(session, ([key, { parameters }]) => [key, Object.fromEntries(parameters.filter(({ changed, unsavable }) => changed && unsavable === undefined).map(({ name, to }) => [name, to]))]))
}
