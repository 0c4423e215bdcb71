/** report.json: the machine interface of a run, on disk. Stage: report. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { isRecord } from '../core/is-record.ts'
import { redactValue } from '../core/redact.ts'
import { writeFileAtomic } from '../store/atomic-write.ts'
import { JsonFileKind } from '../store/json-file.ts'
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
  const text = await reportFiles.read(path)
  if (text === undefined) throw new TraceEvalError('REPORT_MISSING', 'expected the report of a run, received no file', { at: path, hint: 'Run `npx trace-eval` first.' })
  return parseReport(text, path)
}

const again = 'Delete it and run `npx trace-eval` again.'
const reportFiles = new JsonFileKind('REPORT', { unreadable: again, syntax: again, shape: again })

/** Reads the text of a report; `file` is only named in messages. Throws as `readReport` does. */
export function parseReport(text: string, file: string): RunReport {
  const report = reportFiles.record(reportFiles.parse(text, file), 'a JSON object', file)
  if (report['schemaVersion'] !== 1) {
    throw new TraceEvalError('REPORT_VERSION', `expected "schemaVersion": 1, received ${describeValue(report['schemaVersion'])}`, { at: file, hint: 'It was written by another version of trace-eval: run `npx trace-eval` again.' })
  }
  if (!Array.isArray(report['workflows'])) throw reportFiles.misshapen('a list for "workflows"', report['workflows'], file)
  for (const workflow of report['workflows'] as unknown[]) {
    if (!isRecord(workflow) || typeof workflow['name'] !== 'string' || typeof workflow['file'] !== 'string' || !Array.isArray(workflow['parameters'])) {
      throw reportFiles.misshapen('a workflow with "name", "file" and "parameters"', workflow, file)
    }
  }
  return report as unknown as RunReport // what is read from it is checked above; the rest is rendered only
}
