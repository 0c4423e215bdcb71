/** `.env` files, read as Vite reads them, for the settings that choose a model. Stage: cli. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** Only names with these beginnings are taken. */
const envPrefixes = ['TRACE_EVAL_', 'OPENAI_']

/**
 * Sets in `env` what the `.env`, `.env.local`, `.env.[mode]` and `.env.[mode].local` files of `directory` hold, as far as
 * a name is not set yet; workers inherit it.
 */
export async function loadEnvFiles(directory: string, mode: string, env: NodeJS.ProcessEnv): Promise<void> {
  // Vite comes with Vitest and need not be installed beside us.
  const vite = createRequire(createRequire(import.meta.url).resolve('vitest/package.json')).resolve('vite')
  const { loadEnv } = await import(pathToFileURL(vite).href) as { loadEnv(mode: string, directory: string, prefixes: string[]): Record<string, string> }
  for (const [name, value] of Object.entries(loadEnv(mode, directory, envPrefixes))) env[name] ??= value
}
