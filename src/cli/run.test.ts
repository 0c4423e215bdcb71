/** Whole runs: the command as a process, on small projects on disk. Stage: cli. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import type { RunReport } from '../report/run-report.ts'

const repository = fileURLToPath(new URL('../..', import.meta.url))
const command = join(repository, 'src/cli/main.ts')
let root = ''
afterEach(async () => { await rm(root, { recursive: true, force: true }) })

// The alias stands for the installed package, and shows that aliases of the user's config hold.
const alias = `resolve: { alias: { 'trace-eval/vitest': ${JSON.stringify(join(repository, 'src/vitest/index.ts'))} } }`
const workflow = (name: string, answer = 'x'): string => `
import { describeWorkflow } from 'trace-eval/vitest'
import { expect } from 'vitest'
describeWorkflow('${name}', { workflow: (x: number) => ${answer} }, (it) => { it('one', async ({ run }) => { expect(await run(1)).toBe(1) }) })
`
const unitTest = 'import { test } from \'vitest\'\ntest(\'unit\', () => { throw new Error(\'a unit test ran\') })\n'

async function project(files: Record<string, string>): Promise<void> {
  root = await mkdtemp(join(tmpdir(), 'trace-eval-run-'))
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction')
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
}

async function traceEval(...args: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const { FORCE_COLOR: _, ...env } = process.env
  const child = spawn(process.execPath, [command, ...args], { cwd: root, env: { ...env, NO_COLOR: '1' } })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk) => { stdout += String(chunk) })
  child.stderr.on('data', (chunk) => { stderr += String(chunk) })
  const [exitCode] = await once(child, 'close') as [number | null]
  return { exitCode, stdout, stderr: stderr.replaceAll(root, '<root>') }
}

describe('a run', { timeout: 60_000 }, () => {
  test('runs eval files with the user\'s aliases, no unit tests, and gives the report alone on stdout', async () => {
    await project({ 'vitest.config.ts': `export default { ${alias} }`, 'a.eval.ts': workflow('first'), 'a.test.ts': unitTest, 'dist/b.eval.ts': unitTest })
    const { exitCode, stdout } = await traceEval('--json')
    const report = JSON.parse(stdout) as RunReport
    expect({ exitCode, written: report.exitCode, names: report.workflows.map(({ name, passed }) => [name, passed]), problems: report.problems })
      .toEqual({ exitCode: 0, written: 0, names: [['first', true]], problems: [] })
  })

  test('of projects that share a folder, the one that names eval files runs them, once', async () => {
    const named = (name: string, include: string): string => `{ extends: true, test: { name: '${name}', include: ['${include}'] } }`
    await project({
      'vitest.config.ts': `export default { ${alias}, test: { projects: [${named('unit', '**/*.test.ts')}, ${named('evals', '**/*.eval.ts')}] } }`,
      'a.eval.ts': workflow('first'), 'a.test.ts': unitTest,
    })
    const { exitCode, stdout } = await traceEval('--reporter=json', '--json=report.json')
    expect(exitCode).toBe(0)
    expect(stdout.match(/1 workflow: 1 passed/g)).toHaveLength(1)
  })

  test('a failed gate exits with 1', async () => {
    await project({ 'vitest.config.ts': `export default { ${alias} }`, 'a.eval.ts': workflow('wrong', 'x + 1') })
    expect((await traceEval()).exitCode).toBe(1)
  })

  test('a file that does not load is shown as Vitest shows it, and exits with 4', async () => {
    await project({ 'a.eval.ts': 'import \'./nope.ts\'\n' })
    const { exitCode, stdout, stderr } = await traceEval()
    expect(exitCode).toBe(4)
    expect(stdout).toContain('a.eval.ts could not be loaded')
    expect(stderr).toContain('❯ a.eval.ts:1:1')
  })

  test('`.env` files reach the workers', async () => {
    await project({
      '.env': 'TRACE_EVAL_TEST_VALUE=1\nOTHER_VALUE=2\n', 'vitest.config.ts': `export default { ${alias} }`,
      'a.eval.ts': workflow('env', 'Number(process.env.TRACE_EVAL_TEST_VALUE) * (process.env.OTHER_VALUE === undefined ? 1 : 2)'),
    })
    expect((await traceEval()).exitCode).toBe(0)
  })
})

describe('what keeps a run from starting exits with 2', { timeout: 60_000 }, () => {
  test.for([
    ['no eval file', {}, [], 'error NO_EVAL_FILES: expected files **/*.eval.{ts,tsx,mts,js,mjs}, received none, at <root>\n  An eval file is called like **/*.eval.{ts,tsx,mts,js,mjs}. A first one that runs: npx trace-eval init\n'],
    ['a filter that matches none', { 'a.eval.ts': '' }, ['nope'], 'error NO_EVAL_FILES: expected files **/*.eval.{ts,tsx,mts,js,mjs} whose path contains "nope", received none, at <root>\n  Without a filter every eval file runs: npx trace-eval\n'],
    ['a command that does not stand first', { 'a.eval.ts': '' }, ['--rounds', '1', 'accept'], 'error NO_EVAL_FILES: expected files **/*.eval.{ts,tsx,mts,js,mjs} whose path contains "accept", received none, at <root>\n  A command stands first: npx trace-eval accept\n'],
    ['a command with a slip', { 'a.eval.ts': '' }, ['acept'], 'error NO_EVAL_FILES: expected files **/*.eval.{ts,tsx,mts,js,mjs} whose path contains "acept", received none, at <root>\n  Did you mean `npx trace-eval accept`?\n'],
    ['a runner of the user\'s', { 'a.eval.ts': '', 'vitest.config.ts': 'export default { test: { runner: \'./mine.ts\' } }' }, [], 'error CONFIG_RUNNER: expected no other test runner in the config of eval files, received one, at <root>/mine.ts\n  Vitest takes one runner. Put eval files into a project of their own (test.projects) without `runner`.\n'],
    ['watch mode', {}, ['--watch'], 'error WATCH: expected a run that ends, received watch mode\n  Use: npx trace-eval watch\n'],
    ['a value out of range', {}, ['--threshold', '90'], 'error FLAG_VALUE: expected a number from 0 to 1, received "90", at --threshold\n  Write 0.9 for 90 %.\n'],
    ['a merge of no folder', { 'a.eval.ts': '' }, ['--merge-reports=blobs'], 'error BLOBS_MISSING: expected a folder with the blobs of a run, received no folder, at blobs\n  Shards write blobs with --reporter=blob --outputFile.blob=FILE; bring those of all shards here, then merge.\n'],
    ['an unknown flag', {}, ['--treshold=1'], 'error FLAG_UNKNOWN: expected a flag of trace-eval or of Vitest, received "--treshold=1"\n  Did you mean --threshold?\n'],
    ['no report to show', {}, ['show'], 'error REPORT_MISSING: expected the report of a run, received no file, at <root>/.vitest/trace-eval/report.json\n  Run `npx trace-eval` first.\n'],
  ] as const)('%s', async ([, files, args, message]) => {
    await project(files)
    expect(await traceEval(...args)).toEqual({ exitCode: 2, stdout: '', stderr: message })
  })

  test('a config that throws is shown whole', async () => {
    await project({ 'vitest.config.ts': 'throw new Error(\'boom\')' })
    const { exitCode, stderr } = await traceEval()
    expect(exitCode).toBe(2)
    expect(stderr).toContain('error VITEST_START: expected Vitest to start with this config, received an error\n  Error: boom\n      at ')
    expect(stderr).not.toContain('src/cli/')
  })
})
