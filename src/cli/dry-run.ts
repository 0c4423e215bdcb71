/** `--dry-run`: what a run would do and cost, and nothing else. Stage: cli. */
import type { Vitest } from 'vitest/node'
import type { RunForecast } from '../report/forecast.ts'
import { useColor } from './run-reporter.ts'

/** A Vitest that was not started yet. */
export interface DryRunRequest {
  readonly vitest: Vitest
  readonly output: NodeJS.WriteStream
  readonly color: boolean
  /** Starts it: workers make plans where a real run would run cases. */
  start(): Promise<void>
}

/** Prints plans and forecasts of all workflows, and gives them as data. */
export async function dryRun({ vitest, output, color, start }: DryRunRequest): Promise<RunForecast> {
  const { DryRunReporter } = await import('../../reporters/dry-run-reporter.ts')
  const reporter = new DryRunReporter({ columns: output.columns ?? 80, color: color && useColor(process.env, output.isTTY === true), write: (text) => { output.write(text) } })
  // Vitest's own field, which its types leave out. No other reporter has anything to tell, and a file of results would lose what a real run wrote.
  const host = vitest as unknown as { reporters: unknown[] }
  host.reporters = [reporter]
  reporter.onInit(vitest)
  await start()
  return reporter.forecast
}
