/** What earlier runs leave behind, and what is read of it. Stage: report. */
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { aFailure, aGain, anError, sampleRuns } from '../../reporters/sample-reports.ts'
import { addToHistory, readHistory, summarize, trendsOf } from './history.ts'
import type { RunReport } from './run-report.ts'

const runAt = (startedAt: string, more: Partial<RunReport> = {}): RunReport => ({ ...sampleRuns['a gain']!, startedAt, environment: { commit: 'abc1234def' }, ...more })

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trace-eval-history-'))
  const made = root
  onTestFinished(() => rm(made, { recursive: true, force: true }))
})

test('a run is kept in short: scores, bounds, verdict, what it cost', () => {
  expect(summarize(runAt('2026-01-02T03:04:05.000Z'))).toEqual({
    schemaVersion: 1, startedAt: '2026-01-02T03:04:05.000Z', commit: 'abc1234def', seed: '42',
    workflows: [{
      name: 'ticket routing', file: 'evals/route.eval.ts', verdict: 'inconclusive', passed: true, start: 14 / 24, final: 22 / 24, lower: 0.76, upper: 0.98, n: 24, heldOut: true, threshold: 0.9,
      better: 10, worse: 1, evaluations: 309, costUsd: 0.1234,
    }],
  })
})

test('what was not measured whole is no history', () => {
  expect(summarize(runAt('2026-01-02', { workflows: [anError, { ...aGain, verdict: 'partial' }] }))).toBe(undefined)
  expect(summarize(runAt('2026-01-02', { exitCode: 130 }))).toBe(undefined)
})

test('runs come back in the order of time, those of this machine and those of a folder, each once', async () => {
  const folder = join(root, 'evals/history')
  await addToHistory(root, runAt('2026-01-03T00:00:00.000Z'), folder)
  await addToHistory(root, runAt('2026-01-01T00:00:00.000Z'))
  await writeFile(join(folder, 'from-ci.json'), JSON.stringify(summarize(runAt('2026-01-02T00:00:00.000Z', { workflows: [aGain, aFailure] }))))
  const { entries, unreadable } = await readHistory(root, folder)
  expect(entries.map(({ startedAt }) => startedAt.slice(0, 10))).toEqual(['2026-01-01', '2026-01-02', '2026-01-03'])
  expect(unreadable).toBe(0)
  expect(trendsOf(entries).map(({ name, runs }) => [name, runs.length])).toEqual([['ticket routing', 3], ['spam', 1]])
  expect((await readdir(folder)).filter((name) => /^20260103-000000-[0-9a-f]{8}\.json$/.test(name))).toHaveLength(1)
})

test('a line that a crash cut off, or somebody else wrote, is counted and costs nothing else', async () => {
  await addToHistory(root, runAt('2026-01-01T00:00:00.000Z'))
  await appendFile(join(root, '.vitest/trace-eval/history.jsonl'), '{"schemaVersion":1,"startedAt":"2026\n{"schemaVersion":1,"startedAt":"x","workflows":[{"final":"high"}]}\n')
  const { entries, unreadable } = await readHistory(root)
  expect([entries.length, unreadable]).toEqual([1, 2])
})

test('the file of a machine never grows without end, and keeps the latest', async () => {
  const file = join(root, '.vitest/trace-eval/history.jsonl')
  await mkdir(join(root, '.vitest/trace-eval'), { recursive: true })
  const line = JSON.stringify(summarize(runAt('2026-01-01T00:00:00.000Z')))
  await writeFile(file, Array.from({ length: 6000 }, (_, index) => `${line.replace('2026-01-01T00:00:00.000Z', `2026-01-01T00:00:00.${index}Z`)}\n`).join(''))
  await addToHistory(root, runAt('2026-02-01T00:00:00.000Z'))
  expect((await stat(file)).size).toBeLessThan(2_000_000)
  expect((await readFile(file, 'utf8')).trim().split('\n').at(-1)).toContain('2026-02-01')
})

test('a folder that cannot be read, and one that cannot be written, are told', async () => {
  await writeFile(join(root, 'file'), '')
  await expect(readHistory(root, join(root, 'file'))).rejects.toThrow(/^expected a folder that can be read, received ENOTDIR, at /)
  await expect(addToHistory(root, runAt('2026-01-01T00:00:00.000Z'), join(root, 'file'))).rejects.toMatchObject({ code: 'FILE_WRITE' })
})
