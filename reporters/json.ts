/** Writes report.json; a run whose report cannot be written still has its verdict, but does not pass. Stage: reporters. */
import { TraceEvalError } from '../src/core/errors.ts'
import { writeReport as writeFile } from '../src/report/report-file.ts'
import type { Problem, RunReport } from '../src/report/run-report.ts'

/** Writes `.vitest/trace-eval/report.json` under `root`; what kept it from being written comes back as a problem. */
export async function writeReport(root: string, report: RunReport): Promise<Problem | undefined> {
  try {
    await writeFile(root, report)
    return undefined
  } catch (error) {
    if (!TraceEvalError.is(error)) throw error
    return { code: error.code, message: `the report could not be written: ${error.message}`, level: 'error' }
  }
}

/** What a run exits with whose report was not written: whoever reads the file would find that of an earlier run. */
export function exitCodeUnwritten(exitCode: number, problem: Problem | undefined): number {
  return problem !== undefined && exitCode === 0 ? 4 : exitCode
}
