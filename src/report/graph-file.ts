/** The graphs of cases on disk: one file for each workflow, written by every run. Stage: report. */
import { readFile, rm } from 'node:fs/promises'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { isRecord } from '../core/is-record.ts'
import { redactValue } from '../core/redact.ts'
import type { TgjDocument } from '../graph/tgj.ts'
import { writeFileAtomic } from '../store/atomic-write.ts'
import { jsonErrorPlace } from '../store/json-error.ts'
import { fileNameOf, runFile } from '../store/run-files.ts'

/** The graphs that a run kept of one workflow. */
export interface KeptGraphs {
  /** Of cases that failed, by case id, the lowest score first. */
  readonly graphs: Readonly<Record<string, TgjDocument>>
  /** Of some that passed, by case id. */
  readonly passed?: Readonly<Record<string, TgjDocument>>
  /** Why a failing case has none, by case id. */
  readonly leftOut: Readonly<Record<string, string>>
}

/** Which workflow: as its report names it. */
export interface WorkflowKey { readonly name: string; readonly file: string }

const pathOf = (root: string, { name, file }: WorkflowKey): Promise<string> => runFile(root, 'graphs', `${fileNameOf(`${name} ${file}`)}.json`)

/** Writes the graphs of `workflow`, without secrets; without any, the file of an earlier run goes. Throws as `runFile` and `writeFileAtomic` do. */
export async function writeGraphs(root: string, workflow: WorkflowKey, { graphs, passed = {}, leftOut }: KeptGraphs): Promise<void> {
  const path = await pathOf(root, workflow)
  if (Object.keys(graphs).length + Object.keys(passed).length + Object.keys(leftOut).length === 0) return rm(path, { force: true })
  await writeFileAtomic(path, `${JSON.stringify(redactValue({ schemaVersion: 1, workflow: workflow.name, file: workflow.file, graphs, ...(Object.keys(passed).length > 0 && { passed }), leftOut }))}\n`)
}

/**
 * The graphs of `workflow` in the last run under `root`; none when no case of it left one.
 *
 * @throws {TraceEvalError} `GRAPHS_FILE` when the file is not one of this version.
 */
export async function readGraphs(root: string, workflow: WorkflowKey): Promise<KeptGraphs> {
  const path = await pathOf(root, workflow)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw unfit(`a file that can be read, received ${error.code ?? String(error)}`, path)
  })
  if (text === undefined) return { graphs: {}, leftOut: {} }
  const place = jsonErrorPlace(text)
  if (place !== undefined) throw unfit('JSON, received text that is not JSON from here on', `${path}:${place.line}:${place.column}`)
  const kept = JSON.parse(text) as Partial<Record<string, unknown>> | null
  if (kept?.['schemaVersion'] !== 1 || !isRecord(kept['graphs']) || !isRecord(kept['leftOut'])) throw unfit(`"schemaVersion": 1, "graphs" and "leftOut", received ${describeValue(kept)}`, path)
  return { graphs: kept['graphs'] as KeptGraphs['graphs'], ...(isRecord(kept['passed']) && { passed: kept['passed'] as KeptGraphs['graphs'] }), leftOut: kept['leftOut'] as KeptGraphs['leftOut'] }
}

function unfit(expected: string, at: string): TraceEvalError {
  return new TraceEvalError('GRAPHS_FILE', `expected ${expected}`, { at, hint: 'Delete it and run `npx trace-eval` again.' })
}
