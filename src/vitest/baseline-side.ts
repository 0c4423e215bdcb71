/** The baseline that a workflow's gate compares with: which file, and what it says of this workflow. Stage: vitest. */
import { dirname, resolve } from 'node:path'
import { hashValue } from '../core/hash.ts'
import type { Baseline } from '../gate/baseline.ts'
import type { GateRule } from '../gate/gate-rule.ts'
import { relativeFile } from '../report/report-text.ts'
import { baselinePath, readBaselineFile } from '../store/baseline-file.ts'
import type { CaseDefinition } from './case-api.ts'
import type { RunSettings } from './protocol.ts'

/** What to read it for. */
export interface BaselineRequest {
  readonly workflow: string
  readonly evalFile: string
  readonly settings: Pick<RunSettings, 'root' | 'baseline'>
  /** By case id. */
  readonly definitions: ReadonlyMap<string, CaseDefinition>
}

/**
 * None where the rule compares with none. A name from the command is relative to the root, one from the options to the eval file.
 *
 * @throws {TraceEvalError} As `readBaselineFile` does.
 */
export async function readBaseline({ baseline }: GateRule, { workflow, evalFile, settings, definitions }: BaselineRequest): Promise<Baseline | undefined> {
  if (baseline === undefined) return undefined
  const path = baseline === true ? baselinePath(evalFile) : resolve(settings.baseline === baseline ? settings.root : dirname(evalFile), baseline)
  const content = await readBaselineFile(path)
  const saved = content !== undefined && Object.hasOwn(content.workflows, workflow) ? content.workflows[workflow] : undefined
  const rows = [...definitions].flatMap(([id, { row }]) => (row === undefined ? [] : [[id, hashValue(row.value).slice(0, 16)] as const]))
  return { file: relativeFile(path, settings.root), saved, inputs: new Map(rows) }
}
