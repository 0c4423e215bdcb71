/** What the run ran with, so that it can be repeated. Stage: reporters. */
import { groupDigits } from '../../src/core/text.ts'
import type { RunReport } from '../../src/report/run-report.ts'
import { durationText } from '../wording.ts'
import { html, type Markup } from './markup.ts'
import { part } from './words.ts'

/** The part about the run as a whole. */
export function environmentPart({ startedAt, durationMs, seed, exitCode, environment = {}, workflows }: RunReport): Markup {
  const { versions = {}, commit, branch, dirty, platform, ci } = environment
  const evaluations = workflows.reduce((sum, { usage }) => sum + usage.evaluations, 0)
  const rows: (readonly [string, string | undefined])[] = [
    ['Started', startedAt], ['Took', durationText(durationMs)], ['Evaluations', groupDigits(evaluations)], ['Seed', seed], ['Exit code', String(exitCode)],
    ['Commit', commit === undefined ? undefined : `${commit}${branch === undefined ? '' : ` (${branch})`}${dirty === true ? ', with changes that are not committed' : ''}`],
    ...Object.entries(versions).map(([name, version]) => [name, version] as const), ['System', platform], ['CI', ci],
  ]
  return part('environment', 'Environment', html`<dl class="environment">${rows.map(([name, value]) => (value === undefined ? undefined : html`<dt>${name}</dt><dd>${value}</dd>`))}</dl>`)
}
