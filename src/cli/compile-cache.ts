/** Compiled code of earlier starts, used again by this process and the workers, as Vite's own command does. Stage: cli. */
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Turns Node's compile cache on, in its usual folder, and tells workers of it by `NODE_COMPILE_CACHE`. What the user said of it
 * holds: `NODE_COMPILE_CACHE` names another folder, `NODE_DISABLE_COMPILE_CACHE=1` turns it off. Off with `--coverage`, which is
 * less exact for functions from a cache; a folder that cannot be written costs nothing but the gain.
 */
export function useCompileCache(args: readonly string[], env: NodeJS.ProcessEnv): void {
  if (args.some((arg) => /^--coverage(?:[.=]|$)/.test(arg)) || env['NODE_DISABLE_COMPILE_CACHE'] !== undefined) return
  const folder = env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'node-compile-cache')
  // Not all of Node 22 has it.
  if (module.enableCompileCache?.(folder).directory !== undefined) env['NODE_COMPILE_CACHE'] = folder
}
