/** Names that flags give: refused before anything starts, instead of once in each workflow. Stage: cli. */
import { TraceEvalError } from '../core/errors.ts'
import type { FlagValues } from './own-flags.ts'

/**
 * Looks up the optimizer and the strategy that `own` names.
 *
 * @throws {TraceEvalError} `OPTIMIZER_UNKNOWN`, `STRATEGY_UNKNOWN`, with the nearest name.
 */
export async function refuseUnknownNames({ optimizer, strategy }: FlagValues): Promise<void> {
  if (optimizer !== undefined) await atFlag('optimizer', async () => (await import('../optimize/optimizer-by-name.ts')).optimizerByName(String(optimizer)))
  if (strategy !== undefined) await atFlag('strategy', async () => (await import('../train/strategy-by-name.ts')).strategyByName(String(strategy)))
}

async function atFlag(flag: string, look: () => Promise<unknown>): Promise<void> {
  try {
    await look()
  } catch (error) {
    if (!TraceEvalError.is(error)) throw error
    throw new TraceEvalError(error.code, error.summary, { at: `--${flag}`, ...(error.hint !== undefined && { hint: error.hint }) })
  }
}
