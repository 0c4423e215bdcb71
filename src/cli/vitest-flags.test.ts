/** What Vitest knows is asked of the installed Vitest. Stage: cli. */
import { expect, test } from 'vitest'
import { parseCLI } from 'vitest/node'
import { runFlags } from './own-flags.ts'
import { refuseUnknown, unknownFlags, vitestFlagNames, vitestKnows, type ParseCli } from './vitest-flags.ts'

const parse = parseCLI as unknown as ParseCli
const unknown = (...args: string[]): string[] => unknownFlags(args, parse)

test('every flag of Vitest\'s help is known', () => {
  const names = vitestFlagNames()
  expect(names.length).toBeGreaterThan(100)
  expect(names.filter((name) => !vitestKnows(name, parse))).toEqual([])
}, 60_000)

test('none of our flags is one of Vitest\'s', () => {
  expect(Object.keys(runFlags).filter((name) => vitestKnows(name.replace(/^no-/, ''), parse))).toEqual([])
})

test('short flags, negations, dots, kebab case, values and filters pass', () => {
  expect(unknown('-t', 'x', '-u', '-w', '--no-isolate', '--no-color', '--coverage.enabled', '--coverage.thresholds.lines=80', '--test-timeout=5',
    '--outputFile.junit=a.xml', 'routing', '-', '-5', '--reporter=junit', '--retry', '2')).toEqual([])
})

test('what Vitest would swallow without a word is found', () => {
  expect(unknown('--bogus', '-z', '--coverage.enable', '--no-isolat', '--treshold=1')).toEqual(['--bogus', '-z', '--coverage.enable', '--no-isolat', '--treshold=1'])
})

test.for([
  [['--treshold'], 'expected a flag of trace-eval or of Vitest, received "--treshold"\n  Did you mean --threshold?'],
  [['--coverage.enable'], 'expected a flag of trace-eval or of Vitest, received "--coverage.enable"\n  Did you mean --coverage.enabled?'],
  [['--maxWorker', '--round=3'], 'expected a flag of trace-eval or of Vitest, received "--maxWorker" and "--round=3"\n  Did you mean --maxWorkers for --maxWorker? Did you mean --rounds for --round=3?'],
  [['--qqqqqqqq'], 'expected a flag of trace-eval or of Vitest, received "--qqqqqqqq"\n  Flags of trace-eval: trace-eval --help; of Vitest: vitest --help --expand-help.'],
] as const)('%j is refused with the nearest flag', { timeout: 60_000 }, ([flags, message]) => {
  expect(() => refuseUnknown(flags, Object.keys(runFlags))).toThrow(expect.objectContaining({ code: 'FLAG_UNKNOWN', message }))
})
