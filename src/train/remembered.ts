/** What an optimizer remembers from one run of a workflow to the next, as a watch goes on. Stage: train. */
import { canonicalJson } from '../core/canonical-json.ts'
import { sha256 } from '../core/hash.ts'
import type { Optimizer, ParameterSpec } from '../optimize/optimizer.ts'
import { evaluation, type Session } from './session.ts'

/** Plain data of the optimizer, and what it is about. */
export interface Remembered { readonly about: string; readonly memory: unknown }

/** More than this is no memory but an archive. */
const MAX_LENGTH = 200_000

/** What the plan brings, where it is about this optimizer, these parameters and these cases: of others it could be wrong, or tell what is held out now. */
export function memoryFor({ plan: { remembered }, learn }: Pick<Session, 'plan' | 'learn'>, optimizer: Optimizer, specs: readonly ParameterSpec[]): unknown {
  return remembered?.about === aboutOf({ learn }, optimizer, specs) ? remembered?.memory : undefined
}

/** What the optimizer of `session` remembers. None where it does not say, or what it says is no plain data. */
export function rememberedOf(session: Session): Remembered | undefined {
  const { optimizer, proposer } = session
  if (optimizer === undefined || proposer === undefined) return undefined
  try {
    const memory: unknown = proposer.run.memory?.(session.history.map((candidate) => evaluation(session, candidate)))
    const text = memory === undefined ? undefined : JSON.stringify(memory)
    return text === undefined || text.length > MAX_LENGTH ? undefined : { about: aboutOf(session, optimizer, proposer.specs), memory: JSON.parse(text) as unknown }
  } catch {
    // Foreign code: without a memory the next run begins as the first one did.
    return undefined
  }
}

function aboutOf({ learn }: Pick<Session, 'learn'>, { name }: Optimizer, specs: readonly ParameterSpec[]): string {
  return sha256(canonicalJson({ optimizer: name, parameters: specs.map((spec) => [spec.name, spec.domain]), cases: learn.map(({ id }) => id) }))
}
