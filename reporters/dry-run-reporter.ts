/** The reporter of a dry run: plans and forecasts, and no report. Stage: reporters. */
import { relative } from 'node:path'
import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { runForecast, type RunForecast, type WorkflowForecast } from '../src/report/forecast.ts'
import type { WorkflowReport } from '../src/report/run-report.ts'
import type { WorkflowMeta } from '../src/vitest/protocol.ts'
import { renderForecast } from './forecast.ts'
import { joinLines, wrap, type RenderOptions } from './layout.ts'
import { foundProblems } from './module-problems.ts'
import { problemLines } from './problem-lines.ts'
import { renderPlan } from './terminal.ts'
import { paint } from './ansi.ts'

/** How it writes. */
export interface DryRunReporterOptions extends Required<RenderOptions> { readonly write: (text: string) => void }

export class DryRunReporter implements Reporter {
  readonly #options: DryRunReporterOptions
  #vitest: Vitest | undefined
  /** What was found, when the run has ended. */
  forecast: RunForecast = runForecast([], [])

  constructor(options: DryRunReporterOptions) { this.#options = options }

  onInit(vitest: Vitest): void { this.#vitest = vitest }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { readonly message?: string }[]): void {
    const root = this.#vitest?.config.root ?? process.cwd()
    const { columns, color, write } = this.#options
    const problems = foundProblems(modules, unhandled, root).filter(({ level }) => level === 'error')
    const workflows: WorkflowForecast[] = []
    for (const module of modules) {
      const file = relative(root, module.moduleId).replaceAll('\\', '/')
      for (const suite of module.children.allSuites()) {
        const meta = (suite.meta() as { traceEval?: WorkflowMeta }).traceEval
        if (meta?.kind !== 'workflow') continue
        if (meta.plan !== undefined) write(renderPlan({ ...meta.plan, file }, this.#options))
        if (meta.forecast !== undefined) write(renderForecast(meta.forecast, this.#options))
        if (meta.plan !== undefined && meta.forecast !== undefined) {
          const { workflow: name, plan, ...cases } = meta.plan
          workflows.push({ name, file, cases, plan, ...meta.forecast })
        }
        if (meta.report !== undefined) problems.push(...(JSON.parse(meta.report.text) as WorkflowReport).problems)
      }
    }
    this.forecast = runForecast(workflows, problems)
    write(joinLines([...problemLines(problems, columns, paint(color)), ...wrap('a dry run: nothing was run, and nothing was spent', { columns, first: ' ' })]))
  }
}
