/** A report that cannot be written is told, and the run does not pass. Stage: reporters. */
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodeUnwritten, writeReport } from './json.ts'
import { sampleRuns } from './sample-reports.ts'

test('where its folder cannot be made, the reason and the place are told', async () => {
  const root = await mkdtemp(join(tmpdir(), 'report-'))
  expect(await writeReport(root, sampleRuns['a gain']!)).toBeUndefined()
  const blocked = await mkdtemp(join(tmpdir(), 'report-'))
  await writeFile(join(blocked, '.vitest'), 'a file')
  const problem = await writeReport(blocked, sampleRuns['a gain']!)
  expect(problem).toMatchObject({ level: 'error' })
  expect(problem!.message).toContain(`the report could not be written: `)
  expect(problem!.message).toContain(join(blocked, '.vitest'))
  expect([0, 1, 4, 130].map((exitCode) => exitCodeUnwritten(exitCode, problem))).toEqual([4, 1, 4, 130])
  expect([0, 1].map((exitCode) => exitCodeUnwritten(exitCode, undefined))).toEqual([0, 1])
})
