/** Vite, which comes with Vitest and need not be installed beside us. Stage: cli. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** The part of it that is used. */
interface Vite {
  loadEnv(mode: string, directory: string, prefixes: string[]): Record<string, string>
  runnerImport<T>(file: string, config: object): Promise<{ readonly module: T }>
}

export async function loadVite(): Promise<Vite> {
  const vite = createRequire(createRequire(import.meta.url).resolve('vitest/package.json')).resolve('vite')
  return await import(pathToFileURL(vite).href) as Vite
}
