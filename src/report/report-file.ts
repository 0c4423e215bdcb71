/** report.json: the machine interface of a run, on disk. Stage: report. */
import { readFile } from 'node:fs/promises'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { redactValue } from '../core/redact.ts'
import { writeFileAtomic } from '../store/atomic-write.ts'
import { jsonErrorPlace } from '../store/json-error.ts'
import { runFile } from '../store/run-files.ts'
import type { RunReport } from './run-report.ts'

/** Where a root's report lies, for messages: relative to the root. */
export const REPORT_FILE = '.vitest/trace-eval/report.json'

/** The text of report.json, without secrets. */
export function formatReport(report: RunReport): string {
  return `${JSON.stringify(redactValue(report), null, 2)}\n`
}

/** Writes `.vitest/trace-eval/report.json` under `root` and gives its path. Throws as `runFile` and `writeFileAtomic` do. */
export async function writeReport(root: string, report: RunReport): Promise<string> {
  const path = await runFile(root, 'report.json')
  await writeFileAtomic(path, formatReport(report))
  return path
}

/**
 * The report of the last run under `root`.
 *
 * @throws {TraceEvalError} `REPORT_MISSING` when there was none, `REPORT_UNREADABLE`, `REPORT_SYNTAX`,
 * `REPORT_VERSION` or `REPORT_SHAPE` when the file is not a report of this version.
 */
export async function readReport(root: string): Promise<RunReport> {
  const path = await runFile(root, 'report.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new TraceEvalError('REPORT_MISSING', 'expected the report of a run, received no file', { at: path, hint: 'Run `npx trace-eval` first.' })
    throw new TraceEvalError('REPORT_UNREADABLE', `expected a file that can be read, received ${code ?? String(error)}`, { at: path, cause: error, hint: again })
  }
  return parseReport(text, path)
}

const again = 'Delete it and run `npx trace-eval` again.'

/** Reads the text of a report; `file` is only named in messages. Throws as `readReport` does. */
export function parseReport(text: string, file: string): RunReport {
  const report = parseJson(text, file)
  const expected = (what: string, value: unknown): TraceEvalError =>
    new TraceEvalError('REPORT_SHAPE', `expected ${what}, received ${describeValue(value)}`, { at: file, hint: again })
  if (!isRecord(report)) throw expected('a JSON object', report)
  if (report['schemaVersion'] !== 1) {
    throw new TraceEvalError('REPORT_VERSION', `expected "schemaVersion": 1, received ${describeValue(report['schemaVersion'])}`, { at: file, hint: 'It was written by another version of trace-eval: run `npx trace-eval` again.' })
  }
  if (!Array.isArray(report['workflows'])) throw expected('a list for "workflows"', report['workflows'])
  for (const workflow of report['workflows'] as unknown[]) {
    if (!isRecord(workflow) || typeof workflow['name'] !== 'string' || typeof workflow['file'] !== 'string' || !Array.isArray(workflow['parameters'])) {
      throw expected('a workflow with "name", "file" and "parameters"', workflow)
    }
  }
  return report as unknown as RunReport // what is read from it is checked above; the rest is rendered only
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const place = jsonErrorPlace(text) ?? { line: 1, column: 1 }
    throw new TraceEvalError('REPORT_SYNTAX', 'expected JSON, received text that is not JSON from here on', { at: `${file}:${place.line}:${place.column}`, cause: error, hint: again })
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
