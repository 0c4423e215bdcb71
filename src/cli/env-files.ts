/** `.env` files, read as Vite reads them, for the settings that choose a model. Stage: cli. */
import { loadVite } from './load-vite.ts'

/** Only names with these beginnings are taken. */
const envPrefixes = ['TRACE_EVAL_', 'OPENAI_']

/**
 * Sets in `env` what the `.env`, `.env.local`, `.env.[mode]` and `.env.[mode].local` files of `directory` hold, as far as
 * a name is not set yet; workers inherit it.
 */
export async function loadEnvFiles(directory: string, mode: string, env: NodeJS.ProcessEnv): Promise<void> {
  const { loadEnv } = await loadVite()
  for (const [name, value] of Object.entries(loadEnv(mode, directory, envPrefixes))) env[name] ??= value
}
