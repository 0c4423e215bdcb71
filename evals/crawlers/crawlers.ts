/** Tells crawlers from browsers where no word like "bot" gives them away: by the few examples that a user agent is most alike. */
import { bundle, parameter } from 'trace-eval'
import { similarity, tokensOf, type Measure, type Tokenizing, type Tokens } from './similarity.ts'
import pool from './pool.json' with { type: 'json' }

export type Visitor = 'crawler' | 'browser'
export interface Example { readonly agent: string; readonly visitor: Visitor }
interface Neighbour { readonly visitor: Visitor; readonly alike: number }

/** Labelled user agents that may be chosen as examples; none of them is a case of the eval. */
const examplePool: readonly Example[] = pool.map(({ input, expected }) => ({ agent: input, visitor: expected as Visitor }))
// What comes to mind first: a link checker and a monitor; one browser each on a desk and in a pocket.
const wellKnown = ['Xenu Link Sleuth', 'updown.io daemon', 'Windows NT 10.0; Win64; x64; rv:153.0', 'iPhone OS 18_6'].map((part) => examplePool.find(({ agent }) => agent.includes(part))!)

export const examples = parameter('examples', wellKnown, { pool: examplePool, max: 10, description: 'User agents with their right answers, to compare with.' })
export const neighbours = parameter('neighbours', 1, { range: [1, 5], integer: true, description: 'How many of the nearest examples vote.' })
const tokens = parameter('tokens', 'words', { choices: ['words', 'trigrams', 'both'], description: 'What user agents are compared by.' })
export const measure = parameter('measure', 'jaccard', { choices: ['jaccard', 'overlap', 'cosine'], description: 'How shared tokens become a similarity.' })
export const ignoreNumbers = parameter('ignoreNumbers', false, { description: 'Treat all version numbers as the same.' })
const ignoreCase = parameter('ignoreCase', false, { description: 'Treat capital letters as small ones.' })
export const weighted = parameter('weighted', false, { description: 'A vote counts as much as its example is alike; otherwise all votes count the same.' })
export const leastAlike = parameter('leastAlike', 0, { range: [0, 1], description: 'Examples less alike than this have no vote.' })
export const stranger = parameter('stranger', 'browser', { choices: ['crawler', 'browser'], description: 'The answer when no example has a vote, or votes are even.' })

const nearest = bundle(function nearest(agent: string, known: readonly Example[], count: number, how: Tokenizing & { measure: Measure }): readonly Neighbour[] {
  const asked = cachedTokens(agent, how)
  return known
    .map(({ agent: other, visitor }) => ({ visitor, alike: similarity(asked, cachedTokens(other, how), how.measure) }))
    .sort((a, b) => b.alike - a.alike)
    .slice(0, count)
})

const vote = bundle(function vote(voters: readonly Neighbour[], least: number, byLikeness: boolean, otherwise: Visitor): Visitor {
  let balance = 0
  for (const { visitor, alike } of voters) {
    if (alike >= least) balance += (visitor === 'crawler' ? 1 : -1) * (byLikeness ? alike : 1)
  }
  return balance === 0 ? otherwise : balance > 0 ? 'crawler' : 'browser'
})

/** Who sends this user agent. */
export function classifyAgent(agent: string) {
  return vote(nearest(agent, examples, neighbours, { tokens, ignoreNumbers, ignoreCase, measure }), leastAlike, weighted, stranger)
}

// Every example is compared with every user agent, over and over.
const cache = new Map<string, ReadonlySet<string>>()
function cachedTokens(text: string, how: Tokenizing): ReadonlySet<string> {
  const key = `${how.tokens satisfies Tokens}${how.ignoreNumbers}${how.ignoreCase}${text}`
  let found = cache.get(key)
  if (found === undefined) {
    if (cache.size >= 10_000) cache.clear()
    cache.set(key, found = tokensOf(text, how))
  }
  return found
}
