/** The files of CI that the documents show: they parse, and their commands are ones that the command takes. */
import { parseCLI } from 'vitest/node'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { calibrateFlags } from '../src/cli/calibrate.ts'
import { commandArguments } from '../src/cli/command-arguments.ts'
import { runFlags } from '../src/cli/own-flags.ts'
import { splitFlags } from '../src/cli/split-flags.ts'
import { unknownFlags } from '../src/cli/vitest-flags.ts'
import { cassetteModes } from '../src/llm/recordings/cassette-mode.ts'
import { blocksOf, filesIn } from './examples.ts'

const blocks = filesIn('docs/**/*.md', 'README.md').flatMap(blocksOf)
const files = blocks.filter(({ language }) => language === 'yaml')

interface Step { readonly uses?: string; readonly run?: string; readonly name?: string; readonly with?: Record<string, unknown> }
interface Job { readonly 'runs-on'?: string; readonly 'needs'?: string; readonly 'steps'?: readonly Step[]; readonly 'script'?: readonly string[] }

/** Lines that a job runs, without what only GitHub can fill in. */
function commandsOf(file: unknown): string[] {
  const { jobs, ...others } = file as { jobs?: Record<string, Job> } & Record<string, Job>
  const lines = Object.values(jobs ?? others).flatMap((job) => [...job.script ?? [], ...(job.steps ?? []).flatMap(({ run = '' }) => run.split('\n'))])
  return lines.map((line) => line.replaceAll(/\$\{\{ *matrix\.shard *\}\}/g, '1').replaceAll('$CASSETTES', 'replay'))
}

/** Commands of ours in a block of shell or in a line of CI. */
const ours = (lines: readonly string[]): string[][] => lines.flatMap((line) => {
  const [, rest] = /^\s*npx trace-eval\b([^#]*)/.exec(line) ?? []
  return rest === undefined ? [] : [Array.from(rest.trim().matchAll(/"([^"]*)"|(\S+)/g), ([, quoted, plain]) => quoted ?? plain!)]
})

describe('a file for CI', () => {
  test.each(files)('is YAML: $place', ({ code }) => { expect(parse(code)).toBeTypeOf('object') })

  test('of GitHub has jobs that run somewhere, need jobs that are there, and use actions of a fixed version', () => {
    const workflows = files.map(({ code }) => parse(code) as { jobs?: Record<string, Job> }).filter(({ jobs }) => jobs !== undefined)
    expect(workflows).toHaveLength(1)
    for (const { jobs } of workflows) {
      for (const job of Object.values(jobs!)) {
        expect(job['runs-on']).toBe('ubuntu-latest')
        if (job.needs !== undefined) expect(Object.keys(jobs!)).toContain(job.needs)
        for (const { uses, run } of job.steps!) expect(uses ?? run).toMatch(uses === undefined ? /\S/ : /^actions\/[a-z-]+@v\d+$/)
      }
    }
  })

  test('names as many shards as it starts', () => {
    const { jobs } = parse(files.find(({ code }) => code.includes('--shard='))!.code) as { jobs: Record<string, { strategy?: { matrix: { shard: number[] } } }> }
    expect(jobs['evals']!.strategy!.matrix.shard).toEqual([1, 2, 3])
    expect(files[0]!.code.match(/shard=\$\{\{ matrix\.shard \}\}\/3|blob-\$\{\{ matrix\.shard \}\}-3\.json/g)).toHaveLength(2)
  })
})

describe('a command in a document', () => {
  const commands = [...files.flatMap(({ code, place }) => ours(commandsOf(parse(code))).map((args) => ({ place, args }))), ...blocks.filter(({ language }) => language === 'sh').flatMap(({ code, place }) => ours(code.split('\n')).map((args) => ({ place, args })))]
  const runs = commands.filter(({ args }) => !['show', 'accept', 'init', 'history', 'calibrate', 'watch', 'help'].includes(args[0] ?? ''))
  const calibrations = commands.filter(({ args }) => args[0] === 'calibrate')

  test('was found in several of them', () => { expect(runs.length).toBeGreaterThan(10) })

  test.each(runs)('has flags that the command or Vitest takes: $place $args', ({ args }) => {
    const { own, rest } = splitFlags(args.filter((arg) => arg !== '>' && !arg.startsWith('>')), runFlags)
    expect(unknownFlags(rest, parseCLI as never)).toEqual([])
    if (own['cassettes'] !== undefined) expect(cassetteModes).toContain(own['cassettes'])
  })

  test.each(calibrations)('has a module, labels and flags that calibrate takes: $place $args', ({ args: [, ...args] }) => {
    expect(commandArguments(args, calibrateFlags, 3).names.length).toBeGreaterThanOrEqual(2)
  })
})
