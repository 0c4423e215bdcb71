/** The Vitest that is installed beside us. Stage: cli. */
import type * as VitestNode from 'vitest/node'
import { TraceEvalError } from '../core/errors.ts'

/** What `vitest/node` exports. */
export type VitestModule = typeof VitestNode

/** @throws {TraceEvalError} `VITEST_MISSING` when Vitest is not installed or is older than 4.1. */
export async function loadVitest(): Promise<VitestModule> {
  const loaded = await import('vitest/node').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    return missing('no Vitest')
  })
  const [major = 0, minor = 0] = loaded.version.split('.').map(Number)
  return major > 4 || (major === 4 && minor >= 1) ? loaded : missing(`Vitest ${loaded.version}`)
}

function missing(received: string): never {
  throw new TraceEvalError('VITEST_MISSING', `expected Vitest ^4.1 or ^5, received ${received}`, { hint: 'npm install --save-dev vitest@5' })
}
