/** What the flags of a run say to its workers. Stage: cli. */
import { randomUUID } from 'node:crypto'
import type { CassetteMode } from '../llm/recordings/cassette-mode.ts'
import type { RunSettings } from '../vitest/protocol.ts'
import { beginSpanFile } from '../vitest/span-file.ts'
import type { FlagValues } from './own-flags.ts'

/** Of the run that starts now: its spans begin a new file, its budgets a new ledger. */
export function settingsOf(own: FlagValues, root: string): RunSettings {
  const number = (name: string, field: keyof RunSettings): Partial<RunSettings> => typeof own[name] === 'number' ? { [field]: own[name] } : {}
  const text = (name: string, field: keyof RunSettings): Partial<RunSettings> => typeof own[name] === 'string' ? { [field]: own[name] } : {}
  return {
    optimize: own['no-optimize'] !== true,
    root,
    ...number('rounds', 'rounds'), ...number('threshold', 'threshold'), ...number('min-improvement', 'minImprovement'), ...number('max-regression', 'maxRegression'),
    ...number('confidence', 'confidence'), ...number('max-unscored', 'maxUnscored'), ...text('on-inconclusive', 'onInconclusive'), ...own['baseline'] === undefined ? {} : { baseline: own['baseline'] as string | true },
    ...text('optimizer', 'optimizer'), ...text('strategy', 'strategy'), ...text('seed', 'seed'),
    ...number('concurrency', 'concurrency'), ...number('max-evaluations', 'maxEvaluations'), ...number('max-time', 'maxDurationMs'),
    ...number('patience', 'patience'), ...number('trials', 'trials'),
    ...own['fail-inconclusive'] === true ? { failInconclusive: true } : {},
    ledger: randomUUID(),
    ...own['dry-run'] === true ? { dryRun: true } : {},
    ...budgetOf(own),
    ...own['otlp'] === undefined ? {} : { otlp: beginSpanFile(own['otlp'], root) },
    ...typeof own['cassettes'] === 'string' ? { cassettes: { mode: own['cassettes'] as CassetteMode } } : {},
    ...own['from-code'] === true ? { ignoreSaved: true } : {},
  }
}

function budgetOf(own: FlagValues): Pick<RunSettings, 'budget'> {
  const limits = { maxCostUsd: own['max-cost'], maxCalls: own['max-calls'], maxTokens: own['max-tokens'] }
  return { budget: Object.fromEntries(Object.entries(limits).filter(([, limit]) => typeof limit === 'number')) }
}
