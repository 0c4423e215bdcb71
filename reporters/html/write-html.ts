/** Writes the page of a run; a run whose page cannot be written still has its verdict. Stage: reporters. */
import { relative, resolve } from 'node:path'
import { TraceEvalError } from '../../src/core/errors.ts'
import { readGraphs } from '../../src/report/graph-file.ts'
import { readHistory } from '../../src/report/history.ts'
import type { Problem, RunReport } from '../../src/report/run-report.ts'
import { writeFileAtomic } from '../../src/store/atomic-write.ts'
import { runFile } from '../../src/store/run-files.ts'
import { renderHtml } from './render-html.ts'

/** Where to, and from where. */
export interface HtmlTarget {
  /** @defaultValue `.vitest/trace-eval/report.html` */
  readonly target?: string
  /** Folder of committed summaries, beside the history of this machine. */
  readonly history?: string
}

/**
 * Writes `run` as a page to `target`, or to `.vitest/trace-eval/report.html` under `root`, with the trace graphs that the
 * run left there and the runs before it. Gives its path, relative to `root` where it lies inside. Throws as `runFile`, `readGraphs` and
 * `writeFileAtomic` do.
 */
export async function writeHtml(root: string, run: RunReport, { target, history: folder }: HtmlTarget = {}): Promise<string> {
  const file = target === undefined ? await runFile(root, 'report.html') : resolve(target)
  const { entries } = await readHistory(root, folder)
  await writeFileAtomic(file, await renderHtml(run, { history: entries.filter(({ startedAt }) => startedAt <= run.startedAt), graphsOf: (workflow) => readGraphs(root, workflow) }))
  const inside = relative(root, file).replaceAll('\\', '/')
  return inside.startsWith('..') ? file : inside
}

/** The same; what kept it from being written comes back as a problem. */
export async function tryWriteHtml(root: string, run: RunReport, target: HtmlTarget): Promise<{ readonly file: string } | { readonly problem: Problem }> {
  try {
    return { file: await writeHtml(root, run, target) }
  } catch (error) {
    if (!TraceEvalError.is(error)) throw error
    return { problem: { code: error.code, message: `the HTML report could not be written: ${error.message}`, level: 'error' } }
  }
}
