/** What a workflow would do and cost, without doing it. Stage: vitest. */
import type { CallTokens, ModelPrices } from '../llm/spending/prices.ts'
import { costOf, priceOf } from '../llm/spending/prices.ts'
import { modelRoles } from '../llm/roles.ts'
import { forecast, type Forecast } from '../report/forecast.ts'
import { readReport } from '../report/report-file.ts'
import type { WorkflowReport } from '../report/run-report.ts'
import { runCount } from '../train/case-pool.ts'
import type { ResolvedWorkflow } from './workflow-plan.ts'

/** What a forecast is made for. */
export interface DryRun {
  readonly name: string
  /** The eval file, as reports name it. */
  readonly file: string
  /** Of the run's files. */
  readonly root: string
  readonly plan: ResolvedWorkflow
}

/** The forecast of a workflow, from the last report and from recordings, where there are any. */
export async function forecastOf({ name, file, root, plan }: DryRun): Promise<Forecast> {
  const { models, plan: training, announced } = plan
  const names = Object.fromEntries(modelRoles.flatMap((role) => (models.roles[role].name === undefined ? [] : [[role, models.roles[role].name]])))
  const earlier = await lastReport(root, name, file)
  return forecast({
    optimizes: announced.plan.optimizes, rounds: training.rounds, caseRuns: runCount(training.cases, training), maxEvaluations: training.maxEvaluations,
    models: names, priceCall: (role, size) => priceCall(models.prices, names[role], size),
    ...(earlier !== undefined && { earlier: { usage: earlier.usage, rounds: earlier.rounds.length } }),
    recorded: await models.recorded(), replays: models.mode === 'replay', limits: models.limits,
  })
}

/** None is as good as one that cannot be read: it is only looked at for numbers. */
async function lastReport(root: string, name: string, file: string): Promise<WorkflowReport | undefined> {
  const report = await readReport(root).catch(() => undefined)
  const found = report?.workflows.find((workflow) => workflow.name === name && workflow.file === file)
  return typeof found?.usage?.byRole === 'object' && Array.isArray(found.rounds) ? found : undefined
}

const priceCall = (prices: ModelPrices, model: string | undefined, size: CallTokens): number | undefined => (model === undefined ? undefined : costOf(priceOf(prices, model), size))
