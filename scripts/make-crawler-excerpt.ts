/**
 * Chooses the user agents of evals/crawlers. Crawlers come from the package crawler-user-agents; browsers from
 * the package user-agents, which is no dependency of ours. Run:
 * `npm pack user-agents@2.1.198`, unpack it, then `node scripts/make-crawler-excerpt.ts <its dist/user-agents.json>`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import crawlers from 'crawler-user-agents'
import { seededRandom } from '../src/core/random.ts'

interface Agent { readonly id: string; readonly expected: 'crawler' | 'browser'; readonly cluster: string; readonly input: string }

const source = process.argv[2]
if (source === undefined) throw new Error('expected the path of user-agents.json, received none')
const random = seededRandom('crawler excerpt 1')
const shapeOf = (agent: string): string => agent.replaceAll(/[\d._]+/g, '#')
const readable = (agent: string): boolean => /^[\u0020-\u007E]{8,220}$/.test(agent) && !agent.includes('@')

// A word list finds these; the eval is about the others.
const named = /bot|crawl|spider/i
// Devices that developer tools emulate, with made-up Chrome versions: not people, though they are in the list.
const emulated = /Nexus 5 Build|Pixel 2 Build|SM-G900P Build|iPhone OS 11_0 like Mac OS X\) AppleWebKit\/537/
const robots = random.shuffle(crawlers).flatMap(({ pattern, instances }, index): Omit<Agent, 'id'>[] => {
  const fitting = instances.filter((agent) => readable(agent) && !named.test(agent))
  return fitting.length === 0 ? [] : [{ expected: 'crawler', cluster: pattern.replaceAll('\\', ''), input: fitting[index % fitting.length]! }]
})
const listed = JSON.parse(readFileSync(source, 'utf8')) as { userAgent: string }[]
const people = [...new Set(listed.map(({ userAgent }) => userAgent))].filter((agent) => readable(agent) && !emulated.test(agent))
const byShape = Map.groupBy(random.shuffle(people), shapeOf)
const shapes = random.shuffle([...byShape.keys()])
const browsers = (of: readonly string[], each: number): Omit<Agent, 'id'>[] =>
  of.flatMap((shape) => byShape.get(shape)!.slice(0, each).map((input) => ({ expected: 'browser' as const, cluster: shape, input })))

// The pool of examples and the cases share no pattern and no shape.
const poolShapes = shapes.slice(0, 16)
write('pool', [...robots.slice(0, 36), ...browsers(poolShapes, 2).slice(0, 24)])
const rest = browsers(shapes.slice(16), 3)
write('agents', [...robots.slice(36, 36 + 250 - rest.length), ...rest])

function write(name: string, agents: readonly Omit<Agent, 'id'>[]): void {
  const numbers = { crawler: 0, browser: 0 }
  const rows = agents.map((agent): Agent => ({ id: `${name === 'pool' ? 'pool-' : ''}${agent.expected}-${String(++numbers[agent.expected]).padStart(3, '0')}`, ...agent }))
  writeFileSync(new URL(`../evals/crawlers/${name}.json`, import.meta.url), `[\n${random.shuffle(rows).map((row) => JSON.stringify(row)).join(',\n')}\n]\n`)
  console.log(`${name}: ${numbers.crawler} crawlers, ${numbers.browser} browsers in ${new Set(agents.map(({ cluster }) => cluster)).size} clusters`)
}
