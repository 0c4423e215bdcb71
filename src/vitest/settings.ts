/** The settings a workflow runs with: its own options, overridden by the plugin and the command. Stage: vitest. */
import { inject } from 'vitest'
import type { CassetteMode } from '../llm/recordings/cassette-mode.ts'
import { pluginKey, rootKey, settingsKey, type RunSettings } from './protocol.ts'

/**
 * What the command or the plugin asked for; a plain `vitest run` measures the saved values.
 *
 * @param projectRoot Stands for the root of the run where nobody named that: a project of the config may have a root of its own.
 */
export function injectedSettings(projectRoot: string): RunSettings {
  const read = <T>(key: string): T | undefined => (inject as (key: string) => T | undefined)(key)
  const [plugin, command] = [read<Partial<RunSettings>>(pluginKey), read<Partial<RunSettings>>(settingsKey)]
  const fromEnvironment = process.env['TRACE_EVAL_CASSETTES']?.trim()
  // Who starts a run says how it treats cassettes, above the config.
  const cassettes = { ...(command?.watching && { mode: 'cache' as const }), ...plugin?.cassettes, ...(fromEnvironment && { mode: fromEnvironment as CassetteMode }), ...command?.cassettes }
  const budget = { ...plugin?.budget, ...command?.budget }
  return { root: read<string>(rootKey) ?? projectRoot, optimize: false, ...plugin, ...command, cassettes, budget }
}
