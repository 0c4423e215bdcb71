/** `--json`: the report as data, alone on stdout or in a file. Stage: cli. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { RunReport } from '../report/run-report.ts'

/** Writes `report` where `--json` said: `true` is stdout. */
export async function writeReportJson(target: string | number | true, report: RunReport): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`
  if (target === true) return void await new Promise<void>((done) => { process.stdout.write(text, () => done()) })
  const file = resolve(String(target))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
