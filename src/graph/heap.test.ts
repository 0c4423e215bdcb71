import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const url = (file: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href)

// A process of its own: the heap is only measured after a full collection, and nothing else may grow in it.
const program = `
const { bundle, derive, node, op, parameter, t, untraced, withParameters } = await import(${url('../index.ts')})
const { broadcast, items, op: all } = await import(${url('../operators.ts')})

const limit = parameter('limit', 3)
const tone = parameter('tone', 'kind')
const classify = bundle(function classify(text, limit) { return { team: text.slice(0, limit), score: limit } })
const later = bundle(async function later(x) { return x + limit.value })
const fails = bundle(function fails(x) { throw new Error('no ' + x) })

async function run(index) {
  const reply = classify(t\`\${tone} number \${index}\`, limit)
  let score = op.add(reply.$.score, node({ held: [limit] }).$.held.$[0])
  try { fails(score) } catch {}
  score = derive(() => score.value + limit.value)
  const listed = all.append(all.map(items({ a: score, b: 1 }).map(([, value]) => value), (x) => op.negate(x)), 1)
  const sums = broadcast(op.add, [listed.$[0], 2], score)
  withParameters([limit.with(index)], () => op.multiply(limit, 2))
  untraced(() => op.add(score, 1))
  return op.cond(true, await later(sums[0]), sums[1])
}
async function grown(runs, keep) {
  gc()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < runs; i++) { const output = await run(i); keep?.push(output) }
  gc()
  return process.memoryUsage().heapUsed - before
}
await grown(2_000)
const dropped = await grown(100_000)
const kept = []
console.log(JSON.stringify({ dropped, held: await grown(2_000, kept) }))
`

test('100,000 runs leave nothing behind once their outputs are dropped; outputs that are kept keep their graphs', { timeout: 120_000 }, () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '--no-warnings', '--input-type=module', '-e', program], { encoding: 'utf8' })
  expect(stderr).toBe('')
  const { dropped, held } = JSON.parse(stdout) as { dropped: number; held: number }
  // The engine keeps up to about 2 MB of empty room in the table of errors, however many there were. One node of each run would be more than 10 MB.
  expect(dropped).toBeLessThan(5_000_000)
  expect(held).toBeGreaterThan(2_000 * 1_000)
})
