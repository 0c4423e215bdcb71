/** What a job of GitHub Actions gets of a run: its summary, annotations, a comment that is ready to be posted. Stage: reporters. */
import { appendFile, stat } from 'node:fs/promises'
import { TraceEvalError } from '../../src/core/errors.ts'
import type { Problem, RunReport } from '../../src/report/run-report.ts'
import { writeFileAtomic } from '../../src/store/atomic-write.ts'
import { runFile } from '../../src/store/run-files.ts'
import { renderAnnotations } from './annotations.ts'
import { renderComment, renderSummary, SUMMARY_BYTES } from './summary.ts'

/** How a run is told to GitHub. */
export interface GithubOptions {
  readonly env: NodeJS.ProcessEnv
  readonly write: (text: string) => void
  /** Whether somebody else annotates failures already. */
  readonly annotated: boolean
}

/** Tells `run` to GitHub; what kept a part of it from being written comes back as problems. */
export async function writeGithub(root: string, run: RunReport, { env, write, annotated }: GithubOptions): Promise<Problem[]> {
  const lines = annotated ? [] : renderAnnotations(run, { root, workspace: env['GITHUB_WORKSPACE'] || root })
  if (lines.length > 0) write(`${lines.join('\n')}\n`)
  const found = await Promise.all([appendSummary(run, env['GITHUB_STEP_SUMMARY']), writeComment(root, run)])
  return found.filter((problem) => problem !== undefined)
}

async function appendSummary(run: RunReport, file: string | undefined): Promise<Problem | undefined> {
  if (file === undefined || file === '') return undefined
  try {
    // Others of this step write to it, too.
    const taken = await stat(file).then(({ size }) => size, () => 0)
    const room = SUMMARY_BYTES - 10_000 - taken
    if (room < 2000) return problem(`the summary of the step is full: others wrote ${taken} bytes`)
    await appendFile(file, `${taken > 0 ? '\n' : ''}${renderSummary(run, { maxBytes: Math.min(900_000, room) })}`)
    return undefined
  } catch (error) {
    return problem(`the summary of the step could not be written: ${(error as Error).message}`)
  }
}

async function writeComment(root: string, run: RunReport): Promise<Problem | undefined> {
  try {
    await writeFileAtomic(await runFile(root, 'comment.md'), renderComment(run))
    return undefined
  } catch (error) {
    if (!TraceEvalError.is(error)) throw error
    return problem(`the comment could not be written: ${error.message}`)
  }
}

const problem = (message: string): Problem => ({ code: 'GITHUB_OUTPUT', level: 'warning', message })
