/** The settings a workflow runs with: its own options, overridden by the plugin and the command. Stage: vitest. */
import { inject } from 'vitest'
import type { CassetteMode } from '../llm/cassette-mode.ts'
import { pluginKey, settingsKey, type RunSettings } from './protocol.ts'

/** What the command or the plugin asked for; a plain `vitest run` measures the saved values. */
export function injectedSettings(root: string): RunSettings {
  const read = (key: string): Partial<RunSettings> | undefined => (inject as (key: string) => Partial<RunSettings> | undefined)(key)
  const [plugin, command] = [read(pluginKey), read(settingsKey)]
  const fromEnvironment = process.env['TRACE_EVAL_CASSETTES']?.trim()
  // Who starts a run says how it treats cassettes, above the config.
  const cassettes = { ...(command?.watching && { mode: 'cache' as const }), ...plugin?.cassettes, ...(fromEnvironment && { mode: fromEnvironment as CassetteMode }), ...command?.cassettes }
  const budget = { ...plugin?.budget, ...command?.budget }
  return { root, optimize: false, ...plugin, ...command, cassettes, budget }
}
