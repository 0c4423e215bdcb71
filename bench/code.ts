/** What a call of proposed code costs: in this process, in a thread, and as plain JavaScript. `node bench/code.ts` */
import { createCodeRunner, type Isolation } from '../src/code/runner.ts'

const source = `export function count(text: string): [string, number][] {
  const counts: Record<string, number> = {}
  for (const word of text.split(' ')) counts[word] = (counts[word] ?? 0) + 1
  return Object.entries(counts).sort((a, b) => b[1] - a[1])
}`
const text = 'the quick brown fox jumps over the lazy dog and the cat ran'
const LIMITS: Readonly<Record<Isolation, number>> = { sandbox: 150, worker: 400, none: Infinity }
const CALLS = 2000

/** The median of `samples`, in microseconds. */
const median = (samples: number[]): number => samples.sort((a, b) => a - b)[Math.floor(samples.length / 2)]! * 1000

for (const isolation of ['sandbox', 'worker', 'none'] as const) {
  const runner = createCodeRunner({ isolation })
  const from = performance.now()
  runner.callSync(source, 'count', [text])
  const first = performance.now() - from
  const sync: number[] = []
  const async: number[] = []
  for (let i = 0; i < CALLS; i++) {
    const start = performance.now()
    runner.callSync(source, 'count', [text])
    const middle = performance.now()
    await runner.call(source, 'count', [text])
    sync.push(middle - start)
    async.push(performance.now() - middle)
  }
  runner.dispose()
  const limit = LIMITS[isolation]
  const p50 = median(sync)
  console.log(`${isolation.padEnd(8)} callSync p50 ${p50.toFixed(1).padStart(7)} us, call p50 ${median(async).toFixed(1).padStart(7)} us, first call ${first.toFixed(0).padStart(4)} ms${
    Number.isFinite(limit) ? `  (at most ${limit} us: ${p50 <= limit ? 'holds' : 'FAILS'})` : ''}`)
}
