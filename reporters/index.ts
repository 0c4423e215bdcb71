/** Entry `trace-eval/reporters`: the reporter for Vitest, and the parts to write another one. Stage: reporters. */
export { paint, type Paint } from './ansi.ts'
export { renderComment, renderSummary } from './github/summary.ts'
export { renderHtml, type HtmlOptions } from './html/render-html.ts'
export { writeReport } from './json.ts'
export { renderExplanation } from './explain.ts'
export { foreign, foreignLine, type RenderOptions } from './layout.ts'
export { renderEndedRound, renderLive, type EndedRound, type LiveView } from './live-line.ts'
export { LiveLines, type LiveLinesOptions } from './live-lines.ts'
export { sampleRuns } from './sample-reports.ts'
export { renderPlan, renderRun, renderWorkflow, type PlannedWorkflow, type WorkflowRenderOptions } from './terminal.ts'
export { default as TraceEvalReporter, type TraceEvalReporterOptions } from './trace-eval-reporter.ts'
export { acceptReport, type AcceptedWorkflow, type AcceptOptions, type AcceptResult, type RefusedWorkflow } from '../src/report/accept.ts'
export type { AcceptedBaseline, RefusedBaseline } from '../src/report/accept-baseline.ts'
export { formatReport, parseReport, readReport } from '../src/report/report-file.ts'
export type {
  BlameReport, CaseReport, EditReport, GateKind, GateMetric, GateReport, MeasuredScore, ParameterReport, PartReport, Problem, RejectedReport, RoleUsage, RoundReport, RunPlan,
  RunReport, StepReport, StopReason, Usage,
  VerdictName, WorkflowReport, TrialsReport, BaselineScores, Reliability, BaselineWorkflow,
} from '../src/report/run-report.ts'
