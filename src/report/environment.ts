/** What a run ran with: versions, commit, machine. Stage: report. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunEnvironment } from './run-report.ts'

/** Git answers at once or is not waited for. */
const GIT_MS = 2000

/** The environment of a run under `root`; what cannot be found out is left out. */
export async function readEnvironment(root: string, vitest: string | undefined, env: NodeJS.ProcessEnv = process.env): Promise<RunEnvironment> {
  const [own, git] = await Promise.all([ownVersion(), gitState(root)])
  const commit = git?.commit ?? env['GITHUB_SHA'] ?? env['CI_COMMIT_SHA']
  const branch = env['GITHUB_HEAD_REF'] || env['GITHUB_REF_NAME'] || env['CI_COMMIT_REF_NAME'] || git?.branch
  const ci = ciOf(env)
  return {
    versions: { ...(own && { 'trace-eval': own }), ...(vitest && { vitest }), node: process.versions.node },
    ...(commit && { commit }), ...(branch && { branch }), ...(git?.dirty && { dirty: true }),
    platform: `${process.platform} ${process.arch}`, ...(ci && { ci }),
  }
}

async function ownVersion(): Promise<string | undefined> {
  // As source this file is two levels down, built one.
  const up = import.meta.url.endsWith('/report/environment.ts') ? '../../package.json' : '../package.json'
  const text = await readFile(new URL(up, import.meta.url), 'utf8').catch(() => '{}')
  return (JSON.parse(text) as { version?: string }).version
}

async function gitState(root: string): Promise<{ commit: string; branch?: string; dirty: boolean } | undefined> {
  if (!isInRepository(root)) return undefined
  const text = await git(root, 'status', '--porcelain=v2', '--branch', '--untracked-files=no')
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(text ?? '')?.[1]
  if (text === undefined || commit === undefined) return undefined
  const branch = /^# branch\.head (.+)$/m.exec(text)?.[1]
  return { commit, ...(branch !== undefined && branch !== '(detached)' && { branch }), dirty: /^[12u] /m.test(text) }
}

/** A look at folders is cheaper than a process. */
function isInRepository(folder: string): boolean {
  return existsSync(join(folder, '.git')) || (dirname(folder) !== folder && isInRepository(dirname(folder)))
}

/** What Git says; nothing without Git, outside of a repository, or when it takes long. */
async function git(cwd: string, ...args: string[]): Promise<string | undefined> {
  return new Promise((done) => {
    execFile('git', ['--no-optional-locks', ...args], { cwd, timeout: GIT_MS, maxBuffer: 10_000_000, windowsHide: true }, (error, stdout) => done(error ? undefined : stdout))
  })
}

function ciOf(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_ACTIONS, GITHUB_SERVER_URL = 'https://github.com', GITHUB_REPOSITORY, GITHUB_RUN_ID, CI_JOB_URL, BUILD_URL, CI } = env
  if (GITHUB_ACTIONS === 'true' && GITHUB_REPOSITORY && GITHUB_RUN_ID) return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
  return CI_JOB_URL || BUILD_URL || (CI && CI !== 'false' ? 'yes' : undefined)
}
