/** report.json on disk. Stage: report. */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildRunReport } from './build.ts'
import { parseReport, readReport, REPORT_FILE, writeReport } from './report-file.ts'

let root: string
beforeEach(async () => { root = await mkdtemp(join(tmpdir(), 'report-')) })
afterEach(() => rm(root, { recursive: true, force: true }))

const report = buildRunReport({ startedAt: '2026-01-02T03:04:05.000Z', durationMs: 5, seed: '1', exitCode: 0, workflows: [] })

it('what was written is read, and it lies where its name says', async () => {
  expect(await writeReport(root, report)).toBe(join(root, REPORT_FILE))
  expect(await readReport(root)).toEqual(report)
  expect((await readFile(join(root, REPORT_FILE), 'utf8')).endsWith('}\n')).toBe(true)
})

it('no report names the command that makes one', async () => {
  await expect(readReport(root)).rejects.toThrow(`expected the report of a run, received no file, at ${join(root, REPORT_FILE)}\n  Run \`npx trace-eval\` first.`)
})

it('a report that cannot be read is told', async () => {
  await mkdir(join(root, REPORT_FILE), { recursive: true })
  await expect(readReport(root)).rejects.toThrow(`expected a file that can be read, received EISDIR, at ${join(root, REPORT_FILE)}\n  Delete it and run \`npx trace-eval\` again.`)
})

it('a link in place of the directory is refused for reading and for writing', async () => {
  await mkdir(join(root, 'elsewhere'))
  await writeFile(join(root, 'elsewhere/report.json'), 'kept')
  await mkdir(join(root, '.vitest'))
  await symlink(join(root, 'elsewhere'), join(root, '.vitest/trace-eval'))
  await expect(writeReport(root, report)).rejects.toMatchObject({ code: 'RUN_FILE_SYMLINK' })
  await expect(readReport(root)).rejects.toMatchObject({ code: 'RUN_FILE_SYMLINK' })
  expect(await readFile(join(root, 'elsewhere/report.json'), 'utf8')).toBe('kept')
})

it.each([
  ['{"schemaVersion": 1,', 'REPORT_SYNTAX', 'expected JSON, received text that is not JSON from here on, at r.json:1:21\n  Delete it and run `npx trace-eval` again.'],
  ['{"schemaVersion": 2}', 'REPORT_VERSION', 'expected "schemaVersion": 1, received 2, at r.json\n  It was written by another version of trace-eval: run `npx trace-eval` again.'],
  ['[]', 'REPORT_SHAPE', 'expected a JSON object, received [], at r.json\n  Delete it and run `npx trace-eval` again.'],
  ['{"schemaVersion": 1}', 'REPORT_SHAPE', 'expected a list for "workflows", received undefined, at r.json\n  Delete it and run `npx trace-eval` again.'],
  ['{"schemaVersion": 1, "workflows": [{}]}', 'REPORT_SHAPE', 'expected a workflow with "name", "file" and "parameters", received {}, at r.json\n  Delete it and run `npx trace-eval` again.'],
])('%s is refused with %s', (text, code, message) => {
  const attempt = (): unknown => parseReport(text, 'r.json')
  expect(attempt).toThrow(expect.objectContaining({ code, message }))
})
