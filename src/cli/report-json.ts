/** `--json`: the report, or the plan of a dry run, as data, alone on stdout or in a file. Stage: cli. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { RunForecast } from '../report/forecast.ts'
import type { RunReport } from '../report/run-report.ts'

/** Writes `data` where `--json` said: `true` is stdout. */
export async function writeJson(target: string | number | true, data: RunReport | RunForecast): Promise<void> {
  const text = `${JSON.stringify(data, null, 2)}\n`
  if (target === true) return void await new Promise<void>((done) => { process.stdout.write(text, () => done()) })
  const file = resolve(String(target))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
