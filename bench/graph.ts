/**
 * What tracing costs: CPU time of a bundle call, an operator and a template against the plain function, bytes
 * per node, and `backward` on long and on joined graphs; where `python3` finds the package of Trace (`PYTHONPATH=<checkout of
 * microsoft/Trace>`, with graphviz), beside it. `node bench/graph.ts`
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { backward, bundle, derive, node, op, parameter, t, untraced, type Node } from '../src/index.ts'
import { op as all } from '../src/operators.ts'

interface Row { readonly what: string; readonly unit: string; readonly target?: number; readonly runs: readonly number[] }

const RUNS = 9
const CALLS = 20_000

if (globalThis.gc === undefined) {
  // The heap can only be measured after a full collection.
  const again = spawnSync(process.execPath, ['--expose-gc', '--no-warnings', fileURLToPath(import.meta.url)], { stdio: 'inherit' })
  process.exitCode = again.status ?? 1
} else {
  const rows = [...perCall(), ...perNode(), ...ofBackward()]
  print(rows)
  besideUpstream(rows)
}

/** Each in turn in every run, so that all of them meet the same machine. */
function perCall(): Row[] {
  const plainInc = (x: number): number => x + 1
  const inc = bundle(function inc(x: number) { return plainInc(x) })
  const incLater = bundle(async function incLater(x: number) { return plainInc(x) })
  const limit = parameter('limit', 1)
  const subjects: [string, number | undefined, (calls: number) => unknown][] = [
    ['plain function', undefined, (calls) => { let x = 0; for (let i = 0; i < calls; i++) x = plainInc(x); return x }],
    ['bundle call', 3, (calls) => { let x: Node<number> = node(0); for (let i = 0; i < calls; i++) x = inc(x); return x }],
    ['bundle call on one input', 3, (calls) => { const one = node(1); let x; for (let i = 0; i < calls; i++) x = inc(one); return x }],
    ['bundle call, async', 5, (calls) => { const one = node(1); let x; for (let i = 0; i < calls; i++) x = incLater(one); return x }],
    ['bundle call, untraced', undefined, (calls) => untraced(() => { let x: Node<number> = node(0); for (let i = 0; i < calls; i++) x = inc(x); return x })],
    ['operator', 3, (calls) => { let x: Node<number> = node(0); for (let i = 0; i < calls; i++) x = op.add(x, 1); return x }],
    ['operator on a list', 3, (calls) => { const list = node([1, 2, 3]); let x; for (let i = 0; i < calls; i++) x = all.append(list, i); return x }],
    ['template', 5, (calls) => { const one = node('a'); let x; for (let i = 0; i < calls; i++) x = t`Ticket ${one}, number ${i}`; return x }],
    ['derive that reads a parameter', 5, (calls) => { let x; for (let i = 0; i < calls; i++) x = derive(() => limit.value + i); return x }],
    ['member by $', 5, (calls) => { const reply = node({ team: 'a' }); let x; for (let i = 0; i < calls; i++) x = reply.$.team; return x }],
  ]
  const times = subjects.map((): number[] => [])
  for (let run = -2; run < RUNS; run++) {
    for (const [index, [, , subject]] of subjects.entries()) {
      globalThis.gc!()
      const us = cpuMs(() => subject(CALLS)) * 1000 / CALLS
      if (run >= 0) times[index]!.push(us)
    }
  }
  return subjects.map(([what, target], index) => ({ what, unit: 'us', runs: times[index]!, ...(target !== undefined && { target }) }))
}

function perNode(): Row[] {
  const inc = bundle(function inc(x: number) { return x + 1 })
  const count = 100_000
  const grow = (step: (x: Node<number>) => Node<number>): number[] => Array.from({ length: 3 }, () => {
    let last: Node<number> = node(0)
    const before = heap()
    for (let i = 0; i < count; i++) last = step(last)
    const bytes = (heap() - before) / count
    if (last.value !== count) throw new Error(`expected ${count}, received ${last.value}`)
    return bytes
  })
  return [
    { what: 'memory of a bundle node', unit: 'bytes', target: 200, runs: grow((x) => inc(x)) },
    { what: 'memory of an operator node', unit: 'bytes', target: 200, runs: grow((x) => op.add(x, 1)) },
  ]
}

function ofBackward(): Row[] {
  const weight = parameter('weight', 0)
  const chain = (length: number): Node<number> => {
    let x: Node<number> = weight
    for (let i = 0; i < length; i++) x = op.add(x, 1)
    return x
  }
  const diamonds = (count: number): Node<number> => {
    let x: Node<number> = weight
    for (let i = 0; i < count; i++) x = op.add(op.subtract(op.add(x, 1), 1), op.multiply(x, 1))
    return x
  }
  const walk = (output: Node<unknown>, nodes: number): number => cpuMs(() => {
    const found = backward(output, 'too low').parameters[0]!.graph.nodes.length
    if (found !== nodes) throw new Error(`expected ${nodes} nodes, received ${found}`)
  })
  const repeat = (runs: number, output: Node<unknown>, nodes: number): number[] => Array.from({ length: runs }, () => walk(output, nodes))
  const long = chain(10_000)
  // Before anything is compiled; the other rows are warm, as those of the calls are.
  const first = repeat(1, long, 10_001)
  repeat(4, long, 10_001)
  return [
    { what: 'backward, chain of 10,000, first of all', unit: 'ms', runs: first },
    { what: 'backward, chain of 10,000', unit: 'ms', target: 5, runs: repeat(RUNS, long, 10_001) },
    { what: 'backward, 1,000 diamonds', unit: 'ms', target: 5, runs: repeat(RUNS, diamonds(1_000), 4_001) },
    { what: 'backward, chain of 1,000', unit: 'ms', runs: repeat(RUNS, chain(1000), 1001) },
    { what: 'backward, 100 diamonds', unit: 'ms', runs: repeat(RUNS, diamonds(100), 401) },
    ...[250_000, 500_000, 1_000_000].map((length): Row => ({ what: `backward, chain of ${length.toLocaleString('en')}, per 1,000`, unit: 'ms', target: 1.5, runs: repeat(3, chain(length), length + 1).map((ms) => ms / (length / 1000)) })),
  ]
}

/** User and system time of all threads of this process: collection and compilation count. */
function cpuMs(run: () => unknown): number {
  const start = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1000
}

function heap(): number {
  globalThis.gc!()
  return process.memoryUsage().heapUsed
}

function print(rows: readonly Row[]): void {
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}; CPU time; ${RUNS} runs (3 for memory and long chains, 1 for a first)`)
  console.log(`${'what'.padEnd(46)}${'unit'.padEnd(7)}${['min', 'median', 'max', 'target'].map((head) => head.padStart(9)).join('')}`)
  for (const { what, unit, target, runs } of rows) {
    const sorted = runs.toSorted((a, b) => a - b)
    const shown = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!].map((value) => format(value).padStart(9))
    console.log(`${what.padEnd(46)}${unit.padEnd(7)}${shown.join('')}${(target === undefined ? '' : `≤ ${target}`).padStart(9)}`)
  }
}

function format(value: number): string { return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(3) }

function besideUpstream(rows: readonly Row[]): void {
  const { status, stdout } = spawnSync('python3', [fileURLToPath(new URL('graph_upstream.py', import.meta.url))], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  if (status !== 0) {
    console.log('\nPython\'s Trace is not at hand: PYTHONPATH=<checkout of microsoft/Trace> node bench/graph.ts puts it beside these.')
    return
  }
  const { python, ...theirs } = JSON.parse(stdout) as Record<string, number | string>
  console.log(`\n${`Trace, Python ${python}`.padEnd(46)}${'unit'.padEnd(7)}${['Python', 'here', 'ratio'].map((head) => head.padStart(9)).join('')}`)
  for (const [what, value] of Object.entries(theirs)) {
    const { unit, runs } = rows.find((row) => row.what === what)!
    const ours = runs.toSorted((a, b) => a - b)[Math.floor(runs.length / 2)]!
    console.log(`${what.padEnd(46)}${unit.padEnd(7)}${[Number(value), ours, Number(value) / ours].map((each) => format(each).padStart(9)).join('')}`)
  }
}
