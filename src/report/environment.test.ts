/** What a report says of the machine and the code. Stage: report. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readEnvironment } from './environment.ts'

async function folder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'trace-eval-environment-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  return root
}

test('names commit and branch, and says when files are changed that are not committed', async () => {
  const root = await folder()
  const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: root, encoding: 'utf8' }).trim()
  git('init', '-q', '-b', 'trunk')
  await writeFile(join(root, 'a.txt'), '1')
  git('add', '.')
  git('commit', '-q', '-m', 'first')
  expect(await readEnvironment(root, '5.1.1', {})).toEqual({
    versions: { 'trace-eval': expect.stringMatching(/^\d+\.\d+\.\d+/), 'vitest': '5.1.1', 'node': process.versions.node }, commit: git('rev-parse', 'HEAD'), branch: 'trunk', platform: `${process.platform} ${process.arch}`,
  })
  await writeFile(join(root, 'a.txt'), '2')
  expect(await readEnvironment(root, '5.1.1', {})).toMatchObject({ dirty: true })
})

test('outside of a repository what CI says is what is known', async () => {
  const root = await folder()
  expect(await readEnvironment(root, undefined, {})).toEqual({ versions: { 'trace-eval': expect.any(String), 'node': process.versions.node }, platform: expect.any(String) })
  expect(await readEnvironment(root, undefined, { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'a/b', GITHUB_RUN_ID: '7', GITHUB_SHA: 'abc', GITHUB_HEAD_REF: 'feature' })).toMatchObject({
    commit: 'abc', branch: 'feature', ci: 'https://github.com/a/b/actions/runs/7',
  })
})
