/** Earlier runs in short: a line each on this machine, a file each where a project commits them. Stage: report. */
import { appendFile, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sha256 } from '../core/hash.ts'
import { TraceEvalError } from '../core/errors.ts'
import { writeFileAtomic } from '../store/atomic-write.ts'
import { runFile } from '../store/run-files.ts'
import type { RunReport, VerdictName } from './run-report.ts'

/** One run in short. */
export interface HistoryEntry {
  readonly schemaVersion: 1
  /** ISO 8601. */
  readonly startedAt: string
  readonly commit?: string
  readonly branch?: string
  readonly dirty?: boolean
  readonly seed: string
  readonly workflows: readonly HistoryWorkflow[]
}

/** A workflow in one run. */
interface HistoryWorkflow {
  readonly name: string
  readonly file: string
  readonly verdict: VerdictName
  readonly passed: boolean
  /** Scores on the gated cases, of the starting and of the final values. */
  readonly start: number
  readonly final: number
  readonly lower: number
  readonly upper: number
  readonly n: number
  readonly heldOut: boolean
  readonly threshold?: number
  /** Cases that got better and worse against the starting values. */
  readonly better: number
  readonly worse: number
  readonly evaluations: number
  readonly costUsd: number | null
}

/** Above this the file of this machine loses its older half. */
const MAX_BYTES = 2_000_000

/** `run` in short: workflows that were measured whole; nothing where none was, or somebody stopped it. */
export function summarize({ startedAt, seed, exitCode, environment, workflows }: RunReport): HistoryEntry | undefined {
  const measured = workflows.filter(({ verdict, final }) => verdict !== 'partial' && verdict !== 'error' && final.n > 0)
  if (exitCode === 130 || measured.length === 0) return undefined
  const { commit, branch, dirty } = environment ?? {}
  return {
    schemaVersion: 1, startedAt, ...(commit && { commit }), ...(branch && { branch }), ...(dirty && { dirty }), seed,
    workflows: measured.map(({ name, file, verdict, passed, baseline, final, threshold, caseResults, usage }) => ({
      name, file, verdict, passed, start: baseline.score, final: final.score, lower: final.lower, upper: final.upper, n: final.n, heldOut: final.heldOut, ...(threshold !== undefined && { threshold }),
      better: caseResults.filter(({ change }) => change === 'better').length, worse: caseResults.filter(({ change }) => change === 'worse').length, evaluations: usage.evaluations, costUsd: usage.costUsd,
    })),
  }
}

/**
 * Adds `run` to `.vitest/trace-eval/history.jsonl` under `root`, and as a file of its own to `folder`, for a project that
 * commits its history: files of different runs never conflict.
 *
 * @throws {TraceEvalError} `HISTORY_WRITE`, `FILE_WRITE`, and as `runFile` does.
 */
export async function addToHistory(root: string, run: RunReport, folder?: string): Promise<void> {
  const entry = summarize(run)
  if (entry === undefined) return
  const line = JSON.stringify(entry)
  const file = await runFile(root, 'history.jsonl')
  try {
    await mkdir(dirname(file), { recursive: true })
    if (await stat(file).then(({ size }) => size > MAX_BYTES, () => false)) {
      const lines = (await readFile(file, 'utf8')).split('\n')
      await writeFileAtomic(file, lines.slice(Math.floor(lines.length / 2)).join('\n'))
    }
    await appendFile(file, `${line}\n`)
  } catch (error) {
    if (TraceEvalError.is(error)) throw error
    throw new TraceEvalError('HISTORY_WRITE', `expected a file that can be written, received ${(error as NodeJS.ErrnoException).code ?? String(error)}`, { at: file, cause: error })
  }
  if (folder === undefined) return
  const name = `${entry.startedAt.replace(/\..*$|[-:]/g, '').replace('T', '-')}-${sha256(line).slice(0, 8)}.json`
  await writeFileAtomic(join(folder, name), `${JSON.stringify(entry, null, 2)}\n`)
}

/** Earlier runs, and how many lines or files could not be read as one. */
export interface History { readonly entries: readonly HistoryEntry[]; readonly unreadable: number }

/** What `addToHistory` wrote under `root` and in `folder`, the oldest first, each run once. Throws as `runFile` does. */
export async function readHistory(root: string, folder?: string): Promise<History> {
  const own = await readFile(await runFile(root, 'history.jsonl'), 'utf8').catch(() => '')
  const names = folder === undefined ? [] : await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new TraceEvalError('HISTORY_READ', `expected a folder that can be read, received ${error.code ?? String(error)}`, { at: folder, cause: error })
  })
  const files = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder!, name), 'utf8').catch(() => '?')))
  const parsed = [...files, ...own.split('\n').filter((line) => line.trim() !== '')].map(parseEntry)
  const entries = parsed.filter((entry) => entry !== undefined)
  const once = new Map(entries.map((entry) => [`${entry.startedAt} ${entry.workflows.map(({ name, file }) => `${file} ${name}`).join()}`, entry]))
  return { entries: [...once.values()].sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0)), unreadable: parsed.length - entries.length }
}

function parseEntry(text: string): HistoryEntry | undefined {
  try {
    const entry = JSON.parse(text) as Partial<HistoryEntry> | null
    const { schemaVersion, startedAt, workflows } = entry ?? {}
    const whole = schemaVersion === 1 && typeof startedAt === 'string' && Array.isArray(workflows) && workflows.every(isWorkflow)
    return whole ? entry as HistoryEntry : undefined
  } catch {
    return undefined
  }
}

function isWorkflow(value: unknown): boolean {
  const { name, file, verdict, start, final, lower, upper } = (value ?? {}) as Partial<HistoryWorkflow>
  return [name, file, verdict].every((text) => typeof text === 'string') && [start, final, lower, upper].every((score) => typeof score === 'number' && Number.isFinite(score))
}

/** A workflow's own line of runs, the oldest first. */
export interface Trend { readonly name: string; readonly file: string; readonly runs: readonly (Omit<HistoryEntry, 'workflows'> & HistoryWorkflow)[] }

/** Runs by workflow, in the order in which workflows were first seen. */
export function trendsOf(entries: readonly HistoryEntry[]): Trend[] {
  const trends = new Map<string, { name: string; file: string; runs: Trend['runs'][number][] }>()
  for (const { workflows, ...entry } of entries) {
    for (const workflow of workflows) {
      const key = `${workflow.file}\0${workflow.name}`
      const trend = trends.get(key) ?? { name: workflow.name, file: workflow.file, runs: [] }
      trends.set(key, trend)
      trend.runs.push({ ...entry, ...workflow })
    }
  }
  return [...trends.values()]
}
