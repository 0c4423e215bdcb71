/** The page on disk: with what lies beside the report, and what happens where it cannot be written. Stage: reporters. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { parameter } from '../../src/graph/parameter.ts'
import { toTgj } from '../../src/graph/tgj.ts'
import { writeGraphs } from '../../src/report/graph-file.ts'
import { storedGraphs } from '../../src/report/sample-graphs.ts'
import { addToHistory } from '../../src/report/history.ts'
import { aGain, sampleRuns } from '../sample-reports.ts'
import { tryWriteHtml, writeHtml } from './write-html.ts'

const run = sampleRuns['a gain']!
let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'trace-eval-page-'))
  const made = root
  onTestFinished(() => rm(made, { recursive: true, force: true }))
})

test('holds the graphs of the run and the runs before it, and no later one', async () => {
  const document = toTgj([parameter('tone', 'warm')])
  await writeGraphs(root, aGain, storedGraphs({ graphs: { 'T-101': document }, passed: { 'ok-0': document }, leftOut: {} }))
  for (const day of ['01', '02', '09']) await addToHistory(root, { ...run, startedAt: `2026-01-${day}T03:04:05.000Z` })
  expect(await writeHtml(root, run)).toBe('.vitest/trace-eval/report.html')
  const page = await readFile(join(root, '.vitest/trace-eval/report.html'), 'utf8')
  expect(page.match(/class="trace-eval-graph"/g)).toHaveLength(2)
  expect(page).toContain('The last 2 of 2 runs')
})

test('goes where it is told, with the trend of a folder', async () => {
  for (const day of ['01', '02']) await addToHistory(join(root, 'elsewhere'), { ...run, startedAt: `2026-01-${day}T03:04:05.000Z` }, join(root, 'history'))
  expect(await writeHtml(root, run, { target: join(root, 'out/page.html'), history: join(root, 'history') })).toBe('out/page.html')
  expect(await readFile(join(root, 'out/page.html'), 'utf8')).toContain('The last 2 of 2 runs')
})

test('that cannot be written is a problem with its place, and the verdict stays', async () => {
  await writeFile(join(root, 'file'), '')
  expect(await tryWriteHtml(root, run, { target: join(root, 'file/page.html') })).toEqual({
    problem: { code: 'FILE_WRITE', level: 'error', message: expect.stringMatching(/^the HTML report could not be written: .*file\/page\.html/s) },
  })
})
