/**
 * What a run of trace-eval costs against plain Vitest on the same cases: `node bench/run-cost.ts [--runs 5] [--cases 1,1000,10000]`.
 * Both are started by node on their bin files, in turn, in a fresh project with the packed tarball. CPU is user and system time of all
 * processes, memory the largest peak of one process (Linux). Read the ratios: they are of the same minutes on the same machine.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' }, cases: { type: 'string', default: '1,1000,10000' } } })
const runs = Number(values.runs)
const repository = join(import.meta.dirname, '..')

interface Cost { readonly cpuMs: number; readonly peakMiB: number }

const directory = mkdtempSync(join(tmpdir(), 'trace-eval-cost-'))
try {
  install()
  console.log(`Node ${process.version}, ${process.platform} ${process.arch}; ${runs} paired runs each; min / median / max`)
  for (const cases of values.cases.split(',').map(Number)) await compareMeasuring(cases)
  await roundsAgainstEmpty()
} finally {
  rmSync(directory, { recursive: true, force: true })
}

function install(): void {
  const { version } = JSON.parse(readFileSync(join(repository, 'node_modules/vitest/package.json'), 'utf8')) as { version: string }
  execFileSync('npm', ['pack', '--silent', '--pack-destination', directory], { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] })
  writeFileSync(join(directory, 'package.json'), '{ "name": "cost", "private": true, "type": "module" }')
  const tarball = readdirSync(directory).find((file) => file.endsWith('.tgz'))!
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', join(directory, tarball), `vitest@${version}`], { cwd: directory })
}

/** `trace-eval --no-optimize` on a workflow against `vitest run` on tests that do the same. */
async function compareMeasuring(cases: number): Promise<void> {
  const rows = `const rows = Array.from({ length: ${cases} }, (_, i) => ({ id: 'c' + i, input: i }))\nconst workflow = (x) => x + 1\n`
  const plain = project(`plain-${cases}`, { 'a.test.ts': `import { expect, test } from 'vitest'\n${rows}test.for(rows)('$id', async ({ input }) => { expect(await workflow(input)).toBe(input + 1) })\n` })
  const ours = project(`ours-${cases}`, { 'a.eval.ts': `import { expect } from 'vitest'\nimport { describeWorkflow } from 'trace-eval/vitest'\n${rows}describeWorkflow('w', { workflow, threshold: 0.5 }, (it) => { it.for(rows)('$id', async ({ input }, { run }) => { expect(await run(input)).toBe(input + 1) }) })\n` })
  const pairs: { ours: Cost; plain: Cost }[] = []
  for (let run = 0; run <= runs; run++) {
    const pair = { ours: await measure(ours, ['node_modules/trace-eval/dist/cli.js', '--no-optimize']), plain: await measure(plain, ['node_modules/vitest/vitest.mjs', 'run']) }
    if (run > 0) pairs.push(pair) // the first run warms caches
  }
  console.log(`\n${cases} trivial ${cases === 1 ? 'case' : 'cases'}`)
  print('trace-eval --no-optimize, CPU ms', pairs.map((pair) => pair.ours.cpuMs))
  print('vitest run, CPU ms', pairs.map((pair) => pair.plain.cpuMs))
  print('ratio of CPU (at most 1.15)', pairs.map((pair) => pair.ours.cpuMs / pair.plain.cpuMs), 2)
  print('ratio of peak memory (at most 1.15)', pairs.map((pair) => pair.ours.peakMiB / pair.plain.peakMiB), 2)
}

/** 1,000 cases × 5 rounds with 30 % that always fail, against a run of one case: CPU per case run. */
async function roundsAgainstEmpty(): Promise<void> {
  const evals = (cases: number, rounds: number): Record<string, string> => ({
    'a.eval.ts': `import { expect } from 'vitest'
import { bundle, parameter } from 'trace-eval'
import { describeWorkflow } from 'trace-eval/vitest'
const level = parameter('level', 0, { range: [0, 9], integer: true })
// Each step up mends one more of the last cases: so every round runs every case, and keeps its candidate.
const step = bundle((x, level) => (x < 995 || level > x - 995 ? x : -1))
const climb = { name: 'climb', kinds: ['number'], begin: () => ({ propose: ({ best }) => [{ changes: { level: best.values.level + 1 } }] }) }
const rows = Array.from({ length: ${cases} }, (_, i) => ({ id: 'c' + i, input: i, expected: i % 10 < 3 ? -2 : i }))
describeWorkflow('w', { workflow: (x) => step(x, level), gate: 'none', rounds: ${rounds}, optimizer: climb, holdOut: false, maxEvaluations: 1e6 }, (it) => {
  it.for(rows)('$id', async ({ input, expected }, { run }) => { expect(await run(input)).toBe(expected) })
})\n`,
  })
  const [empty, full] = [project('empty', evals(1, 0)), project('rounds', evals(1000, 5))]
  const perRun: number[] = []
  let evaluations = 0
  for (let run = 0; run <= runs; run++) {
    const base = await measure(empty, ['node_modules/trace-eval/dist/cli.js'])
    const cost = await measure(full, ['node_modules/trace-eval/dist/cli.js'])
    evaluations = (JSON.parse(readFileSync(join(full, '.vitest/trace-eval/report.json'), 'utf8')) as { workflows: { usage: { evaluations: number } }[] }).workflows[0]!.usage.evaluations
    if (run > 0) perRun.push((cost.cpuMs - base.cpuMs) / evaluations)
  }
  console.log(`\n1,000 cases, 5 rounds, 30 % failing: ${evaluations} case runs`)
  print('CPU ms per case run above the empty run (at most 0.2)', perRun, 3)
}

function project(name: string, files: Record<string, string>): string {
  const path = join(directory, name)
  mkdirSync(path)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}

async function measure(cwd: string, [script, ...args]: readonly string[]): Promise<Cost> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_OPTIONS|npm_)/.test(name)))
  // `times` of the shell counts every process that it and its children have waited for.
  const child = spawn('sh', ['-c', '"$@" >/dev/null 2>&1; echo "exit $?"; times', 'sh', process.execPath, join(directory, script!), ...args], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
  let peakMiB = 0
  const watch = setInterval(() => { peakMiB = Math.max(peakMiB, ...descendants(child.pid!).map(peakOf)) }, 15)
  await new Promise((resolve) => { child.on('close', resolve) })
  clearInterval(watch)
  if (!output.includes('exit 0')) throw new Error(`the run failed: ${cwd} ${args.join(' ')}`)
  const [user, system] = output.trim().split('\n').at(-1)!.split(/\s+/).map(seconds) as [number, number]
  return { cpuMs: (user + system) * 1000, peakMiB }
}

function seconds(text: string): number {
  const [, minutes, rest] = /^(\d+)m([\d.]+)s$/.exec(text)!
  return Number(minutes) * 60 + Number(rest)
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try { parents.set(Number(entry), Number(readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1])) } catch { continue }
  }
  const found = [root]
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child)
  return found
}

function peakOf(pid: number): number {
  try { return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024 } catch { return 0 }
}

function print(what: string, numbers: readonly number[], digits = 0): void {
  const sorted = numbers.toSorted((a, b) => a - b)
  const shown = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!].map((value) => value.toFixed(digits).padStart(8))
  console.log(`  ${what.padEnd(56)}${shown.join('')}`)
}
