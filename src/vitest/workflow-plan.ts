/** What a workflow will do, settled before anything runs. Stage: vitest. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { ParameterValues, TrainingCase } from '../feedback/case-run.ts'
import { nearestName } from '../core/text.ts'
import { resolveGate, type GateOptions, type GateRule } from '../gate/gate-rule.ts'
import type { Optimizer } from '../optimize/optimizer.ts'
import { resolvePlan, trainDefaults } from '../train/defaults.ts'
import type { TrainPlan } from '../train/outcome.ts'
import { planSplit } from '../train/splits.ts'
import { strategyByName } from '../train/strategy-by-name.ts'
import { defaultOptimizer, withRunModel } from './model-optimizer.ts'
import { refuseUnknownOptions } from './option-names.ts'
import { relativeFile } from '../report/report-text.ts'
import { sessionKey, type RunSettings, type WorkflowMeta } from './protocol.ts'
import { resolveModels, type WorkflowModels } from './workflow-models.ts'
import type { WorkflowOptions } from './workflow-options.ts'

export interface ResolvedWorkflow {
  readonly plan: TrainPlan
  readonly rule: GateRule
  /** Whether it starts with the saved values. */
  readonly startsSaved: boolean
  readonly optimizer: Optimizer | undefined
  readonly models: WorkflowModels
  readonly timeoutMs: number
  /** A filter left cases out. */
  readonly partial: boolean
  /** What is shown before anything runs. */
  readonly announced: NonNullable<WorkflowMeta['plan']>
}

export interface WorkflowRequest {
  readonly name: string
  /** The eval file. */
  readonly file: string
  readonly options: WorkflowOptions<never[], unknown>
  readonly settings: RunSettings
  readonly cases: readonly TrainingCase[]
  readonly partial: boolean
  readonly saved: ParameterValues
  /** The saved values where the run does not start with them. @defaultValue it does */
  readonly ignored?: () => Promise<ParameterValues>
}

/**
 * Checks options and settings and applies defaults; the settings of the command stand above the options.
 *
 * @throws {TraceEvalError} `WORKFLOW_OPTIONS`, `GATE_OPTIONS`, `OPTIMIZER_UNKNOWN`, and as `resolveModels` does.
 */
export async function resolveWorkflow({ name, file, options, settings, cases, partial, saved, ignored }: WorkflowRequest): Promise<ResolvedWorkflow> {
  const at = `workflow ${JSON.stringify(name)}`
  refuseUnknownOptions(options, at)
  const rule = gateOf(options, settings, at)
  if (!partial) refuseUnknownTags(rule, cases, at)
  const wanted = !partial && settings.optimize
  const { rounds, concurrency, maxEvaluations, patience, maxCandidates, trials, holdOut, rerunFinalists, seed, strategy, objectives } = options
  const asked = resolvePlan(
    { workflow: name, cases, startValues: saved, gatedTags: tagsOf(rule), rounds, concurrency, maxEvaluations, maxDurationMs: options.maxDuration, patience, maxCandidates, trials, holdOut: partial ? false : holdOut, rerunFinalists, seed, strategy, objectives },
    { rounds: wanted ? settings.rounds : 0, concurrency: settings.concurrency, maxEvaluations: settings.maxEvaluations, maxDurationMs: settings.maxDurationMs, patience: settings.patience, trials: settings.trials, seed: settings.seed, strategy: settings.strategy },
  )
  refuseTooFewTrials(rule, asked, at)
  const optimizes = wanted && asked.rounds > 0
  const compareWith = rule.rules.some(({ against }) => against === 'saved') && !partial ? await ignored?.() : undefined
  const models = await resolveModels({ options, settings, file, at }, process.env)
  const optimizer = settings.optimizer ?? options.optimizer ?? defaultOptimizer(models)
  const resolved = optimizes ? await resolveOptimizer(optimizer, models, at) : undefined
  const isOpen = (strategy ?? settings.strategy) === undefined && resolved?.strategy !== undefined
  const remembered = settings.remembered?.[sessionKey(relativeFile(file, settings.root), name)]
  const plan = { ...asked, ...(isOpen && { strategy: strategyByName(resolved.strategy) }), ...(remembered && { remembered }) }
  const { learn, heldOut } = planSplit(plan, optimizes)
  return {
    plan: compareWith === undefined || Object.keys(compareWith).length === 0 ? plan : { ...plan, compareWith }, rule, startsSaved: ignored === undefined && Object.keys(saved).length > 0, models, optimizer: resolved, partial, timeoutMs: resolveTimeout(options.timeout, at),
    announced: {
      workflow: name, total: cases.length, learn: learn.length, heldOut: heldOut.length,
      plan: {
        rounds: plan.rounds, maxEvaluations: plan.maxEvaluations, ...(plan.maxDurationMs !== undefined && { maxDurationMs: plan.maxDurationMs }),
        concurrency: plan.concurrency, trials: plan.trials, optimizer: typeof optimizer === 'string' ? optimizer : optimizer.name, strategy: plan.strategy.name, seed: plan.seed, optimizes,
      },
    },
  }
}

/** What the command asked for stands above what the eval file asks. */
function gateOf(options: GateOptions, settings: RunSettings, at: string): GateRule {
  const { threshold, minImprovement, maxRegression, baseline, confidence, maxUnscored, onInconclusive = settings.failInconclusive ? 'fail' : undefined } = settings
  const given = Object.fromEntries(Object.entries({ threshold, minImprovement, maxRegression, baseline, confidence, maxUnscored, onInconclusive }).filter(([, value]) => value !== undefined))
  const { gate, gates, against, passes } = options
  const asked = [threshold, minImprovement, maxRegression, baseline].some((value) => value !== undefined)
  return resolveGate({
    threshold: options.threshold, minImprovement: options.minImprovement, maxRegression: options.maxRegression, against, baseline: options.baseline,
    confidence: options.confidence, onInconclusive: options.onInconclusive, maxUnscored: options.maxUnscored, passes, gates, gate: asked ? undefined : gate, ...given,
  }, at)
}

/** Those that gates look at. */
function tagsOf({ rules }: GateRule): string[] { return [...new Set(rules.flatMap(({ tag }) => tag ?? []))].sort() }

/** A gate for a tag that no case has would never look at anything. */
function refuseUnknownTags({ rules }: GateRule, cases: readonly TrainingCase[], at: string): void {
  const known = new Set(cases.flatMap(({ tags = [] }) => tags))
  const unknown = rules.find(({ tag }) => tag !== undefined && !known.has(tag))?.tag
  if (unknown === undefined) return
  const near = nearestName(unknown, known)
  const names = [...known].slice(0, 5).map((tag) => describeValue(tag)).join(', ')
  const hint = near !== undefined ? `Did you mean ${describeValue(near)}?` : known.size === 0 ? "Tag cases by it('…', { tags: ['billing'] }, …) or it.for(rows, (row) => ({ tags: row.tags }))." : `There ${known.size === 1 ? 'is' : 'are'} ${names}.`
  throw new TraceEvalError('GATE_OPTIONS', `expected a tag that a case has, received ${describeValue(unknown)}`, { at, hint })
}

function refuseTooFewTrials({ passes }: GateRule, { cases, trials }: TrainPlan, at: string): void {
  const most = Math.min(trials, ...cases.map((one) => one.trials ?? trials))
  if (typeof passes !== 'number' || passes <= most) return
  throw new TraceEvalError('GATE_OPTIONS', `expected passes to be at most the trials of a case, ${most}, received ${passes}`, { at, hint: `Raise trials to ${passes}, or ask for fewer passes.` })
}

async function resolveOptimizer(optimizer: string | Optimizer, models: WorkflowModels, at: string): Promise<Optimizer> {
  // Loaded when needed: a run that only measures should start as fast as Vitest does, and one without a model needs no prompts.
  if (optimizer === 'search') return (await import('../optimize/search/search.ts')).search()
  if (typeof optimizer === 'string') return withRunModel((await import('../optimize/optimizer-by-name.ts')).optimizerByName(optimizer), models, at)
  if (typeof optimizer?.begin === 'function' && typeof optimizer.name === 'string' && Array.isArray(optimizer.kinds)) return withRunModel(optimizer, models, at)
  throw new TraceEvalError('WORKFLOW_OPTIONS', `expected an optimizer or the name of one, received ${describeValue(optimizer)}`, { at, hint: 'An optimizer has a name, kinds and begin(setup): see docs/optimizers.md.' })
}

function resolveTimeout(timeout: unknown, at: string): number {
  if (timeout === undefined) return trainDefaults.timeoutMs
  if (typeof timeout === 'number' && timeout > 0) return timeout
  throw new TraceEvalError('WORKFLOW_OPTIONS', `expected timeout to be a number of milliseconds above 0, received ${describeValue(timeout)}`, { at, hint: 'Infinity waits for ever.' })
}
