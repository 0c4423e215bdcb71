/** What a training settled by itself, as one line. Stage: train. */
import { proposerOf } from './ask-optimizer.ts'
import { prefixCosts } from './race.ts'
import { FIRST_LOOK, raceRoom } from './schedule.ts'
import type { Session } from './session.ts'

/**
 * Which parameters the optimizer may change, how the search walks, and how far candidates run at first: `reflect for 2 texts and 1 number;
 * auto, archive of 4; first look 6 of 36 cases, 10 candidates a round at most`. None where nothing is optimized.
 */
export function decisionText(session: Session): string | undefined {
  const { optimizer, optimizes, learn, plan, pool } = session
  if (optimizer === undefined || !optimizes || learn.length === 0) return undefined
  const { specs } = proposerOf(session, optimizer)
  if (specs.length === 0) return undefined
  const kinds = new Map<string, number>()
  for (const { domain: { kind } } of specs) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  const counted = Array.from(kinds, ([kind, count]) => `${count} ${(count === 1 ? SINGULARS : PLURALS)[kind] ?? kind}`)
  const room = raceRoom(plan.maxCandidates, { seen: 0, costs: prefixCosts(learn, plan), budget: pool.available })
  const { name, size } = plan.strategy
  const weights = Object.entries(plan.objectives).map(([objective, weight]) => `${objective} ${weight}`)
  return [
    `${optimizer.name} for ${listed(counted)}`,
    size === 1 ? name : `${name}, archive of ${size}`,
    `first look ${Math.min(FIRST_LOOK, learn.length)} of ${learn.length} cases, ${room} ${room === 1 ? 'candidate' : 'candidates'} a round at most`,
    ...(weights.length === 0 ? [] : [`by ${listed(weights)}`]),
  ].join('; ')
}

const SINGULARS: Readonly<Record<string, string>> = { code: 'function', examples: 'list of examples', boolean: 'switch' }
const PLURALS: Readonly<Record<string, string>> = { text: 'texts', code: 'functions', choice: 'choices', examples: 'lists of examples', boolean: 'switches', number: 'numbers', value: 'values' }

const listed = (parts: readonly string[]): string => (parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`)
