/** `trace-eval history`: how scores went from run to run. Stage: cli. */
import { resolve } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'
import { readHistory, trendsOf } from '../report/history.ts'
import { commandArguments } from './command-arguments.ts'
import { namedOrRefuse } from './named.ts'
import type { OwnFlag } from './own-flags.ts'
import { useColor } from './run-reporter.ts'

const flags = {
  history: { kind: 'text', value: 'DIR', help: 'Committed summaries to read too' },
  last: { kind: 'positive', value: 'N', help: 'Runs to show (20)' },
  json: { kind: 'switch', help: 'The data' },
  root: { kind: 'text', value: 'DIR', help: 'Root of the runs (the current folder)' },
} as const satisfies Record<string, OwnFlag>

/** Runs `trace-eval history`. */
export async function historyCommand(args: readonly string[]): Promise<number> {
  const { own, names: [name] } = commandArguments(args, flags, 1)
  const folder = own['history'] === undefined ? undefined : resolve(String(own['history']))
  const { entries, unreadable } = await readHistory(resolve(String(own['root'] ?? '.')), folder)
  if (entries.length === 0) throw new TraceEvalError('HISTORY_EMPTY', 'expected earlier runs, received none', { hint: 'Each run of `npx trace-eval` is kept in .vitest/trace-eval/history.jsonl; with `--history DIR` also in a folder that you can commit.' })
  const all = trendsOf(entries)
  const trends = name === undefined ? all : [namedOrRefuse('workflow', name, all, (trend) => [trend.name])]
  if (own['json'] === true) return print(`${JSON.stringify(trends, null, 2)}\n`)
  const { renderTrend } = await import('../../reporters/render-history.ts')
  const { stdout, env } = process
  const style = { columns: stdout.columns ?? 80, color: useColor(env, stdout.isTTY === true), ...(typeof own['last'] === 'number' && { most: own['last'] }) }
  const skipped = unreadable > 0 ? `\n ${unreadable} that could not be read left out\n` : ''
  return print(`${trends.map((trend) => renderTrend(trend, style)).join('')}${skipped}`)
}

async function print(text: string): Promise<number> {
  await new Promise<void>((done) => { process.stdout.write(text, () => done()) })
  return 0
}
