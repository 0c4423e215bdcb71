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
import { unframeGraphs, type FramedGraphs } from './graph-frames.ts'

/** The graphs that a run kept of one workflow. */
export interface KeptGraphs {
  /** Of cases that failed, by case id, the lowest score first. */
  readonly graphs: Readonly<Record<string, TgjDocument>>
  /** Of cases that passed, by case id. */
  readonly passed?: Readonly<Record<string, TgjDocument>>
  /** Why a failing case has none, by case id. */
  readonly leftOut: Readonly<Record<string, string>>
}

/** Which workflow: as its report names it. */
export interface WorkflowKey { readonly name: string; readonly file: string }

const pathOf = (root: string, { name, file }: WorkflowKey): Promise<string> => runFile(root, 'graphs', `${fileNameOf(`${name} ${file}`)}.json`)

/** Graphs as they stand in the file: cases as pairs, since ids can be any text, and which of them failed. */
export interface StoredGraphs {
  readonly failed: readonly string[]
  readonly frames: FramedGraphs['frames']
  readonly cases: readonly (readonly [string, FramedGraphs['cases'][string]])[]
  readonly leftOut: KeptGraphs['leftOut']
}

/** Writes the graphs of `workflow`, without secrets; without any, the file of an earlier run goes. Throws as `runFile` and `writeFileAtomic` do. */
export async function writeGraphs(root: string, workflow: WorkflowKey, stored: StoredGraphs): Promise<void> {
  const path = await pathOf(root, workflow)
  if (stored.cases.length + Object.keys(stored.leftOut).length === 0) return rm(path, { force: true })
  await writeFileAtomic(path, `${JSON.stringify(redactValue({ schemaVersion: 2, workflow: workflow.name, file: workflow.file, ...stored }))}\n`)
}

/** The graphs as they are read again. */
export function keptGraphs({ failed, frames, cases, leftOut }: StoredGraphs): KeptGraphs {
  const all = new Map(Object.entries(unframeGraphs({ frames, cases: Object.fromEntries(cases) })))
  const ofFailed = new Set(failed)
  const passed = Array.from(all).filter(([id]) => !ofFailed.has(id))
  return { graphs: Object.fromEntries(failed.flatMap((id) => (all.has(id) ? [[id, all.get(id)!] as const] : []))), ...passed.length > 0 && { passed: Object.fromEntries(passed) }, leftOut }
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
  if (kept?.['schemaVersion'] !== 2 || !isStored(kept)) throw unfit(`"schemaVersion": 2, "failed", "frames", "cases" and "leftOut", received ${describeValue(kept)}`, path)
  return keptGraphs(kept)
}

function isStored(kept: Partial<Record<string, unknown>>): kept is Partial<Record<string, unknown>> & StoredGraphs {
  return Array.isArray(kept['failed']) && Array.isArray(kept['frames']) && kept['frames'].every((frame) => isRecord(frame) && Array.isArray(frame['nodes']))
    && Array.isArray(kept['cases']) && kept['cases'].every((one: unknown) => Array.isArray(one) && Array.isArray(one[1])) && isRecord(kept['leftOut'])
}

function unfit(expected: string, at: string): TraceEvalError {
  return new TraceEvalError('GRAPHS_FILE', `expected ${expected}`, { at, hint: 'Delete it and run `npx trace-eval` again.' })
}
