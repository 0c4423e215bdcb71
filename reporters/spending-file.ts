/** What the workers of a run share while it goes on is of no use before and after. Stage: reporters. */
import { rm } from 'node:fs/promises'
import { runFile } from '../src/store/run-files.ts'
import { pluginKey, settingsKey, type RunSettings } from '../src/vitest/protocol.ts'

/** Removes the file in which the workers of a run share what they spend. A file that cannot be removed hurts nobody: it has a name of its own. */
export async function removeSpending(root: string, provided: { readonly [settingsKey]?: RunSettings; readonly [pluginKey]?: Partial<RunSettings> } | undefined): Promise<void> {
  const ledger = provided?.[settingsKey]?.ledger ?? provided?.[pluginKey]?.ledger
  if (ledger === undefined) return
  try {
    await rm(await runFile(root, 'spending', `${ledger}.json`), { force: true })
  } catch { /* see above */ }
}
