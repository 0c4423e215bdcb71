/** The settings a workflow runs with: its own options, overridden by the plugin and the command. Stage: vitest. */
import { inject } from 'vitest'
import { pluginKey, settingsKey, type RunSettings } from './protocol.ts'

/** What the command or the plugin asked for; a plain `vitest run` measures the saved values. */
export function injectedSettings(root: string): RunSettings {
  const read = (key: string): Partial<RunSettings> | undefined => (inject as (key: string) => Partial<RunSettings> | undefined)(key)
  return { root, optimize: false, ...read(pluginKey), ...read(settingsKey) }
}
