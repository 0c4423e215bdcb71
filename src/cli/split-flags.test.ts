/** Our flags are taken out, Vitest's stay as they were. Stage: cli. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runFlags, type OwnFlag } from './own-flags.ts'
import { splitFlags } from './split-flags.ts'

test.for([
  [['--rounds', '3', 'routing'], { rounds: 3 }, ['routing']],
  [['routing', '--rounds=3'], { rounds: 3 }, ['routing']],
  [['--maxEvaluations', '50'], { 'max-evaluations': 50 }, []],
  [['-t', 'a b', '--no-optimize', '--coverage.enabled'], { 'no-optimize': true }, ['-t', 'a b', '--coverage.enabled']],
  [['--no-optimize', 'routing'], { 'no-optimize': true }, ['routing']],
  [['--json', 'routing'], { json: true }, ['routing']],
  [['--json', 'out/report.json', 'routing'], { json: 'out/report.json' }, ['routing']],
  [['--json=out.txt'], { json: 'out.txt' }, []],
  [['--html', 'routing.json'], { html: true }, ['routing.json']],
  [['--html', 'out/report.html'], { html: 'out/report.html' }, []],
  [['--seed', '-1'], { seed: '-1' }, []],
  [['--rounds', '3', '--', '--threshold', '5', '--'], { rounds: 3 }, ['--threshold', '5', '--']],
  [['--roundsy', '3', '-rounds', '--ROUNDS'], {}, ['--roundsy', '3', '-rounds', '--ROUNDS']],
  [['--constructor', '--toString=1', '--__proto__'], {}, ['--constructor', '--toString=1', '--__proto__']],
] as const)('%j', ([args, own, rest]) => {
  expect(splitFlags(args, runFlags)).toEqual({ own, rest })
})

test.for([
  [['--rounds', '3', '--rounds=4'], 'expected the flag once, received it twice, at --rounds'],
  [['--rounds', '--threshold', '1'], 'expected a whole number from 0 up, received nothing, at --rounds'],
  [['--threshold', '-0.5'], 'expected a number from 0 to 1, received "-0.5", at --threshold'],
  [['--max-time'], 'expected a duration such as 30s, 5m or 1h, received nothing, at --max-time'],
  [['--cassettes', 'on'], 'expected off, cache, record or replay, received "on", at --cassettes'],
  [['--cassettes'], 'expected off, cache, record or replay, received nothing, at --cassettes'],
  [['--confidence', '95'], 'expected a number above 0.5 and below 1, received "95", at --confidence\n  Write 0.95 for 95 %.'],
  [['--on-inconclusive', 'maybe'], 'expected point, fail or pass, received "maybe", at --on-inconclusive'],
  [['--on-inconclusive'], 'expected point, fail or pass, received nothing, at --on-inconclusive'],
  [['--max-regression=5'], 'expected a number from 0 to 1, received "5", at --max-regression\n  Write 0.05 for 5 points of 100.'],
  [['--accept=yes'], 'expected no value, received "yes", at --accept'],
] as const)('%j is refused', ([args, message]) => {
  expect(() => splitFlags(args, runFlags)).toThrow(message)
})

const samples: Record<OwnFlag['kind'], string[]> = { switch: [], whole: ['0', '7'], positive: ['1', '12'], share: ['0', '0.5', '1'], points: ['0', '0.05'], confidence: ['0.9'], choice: [], duration: ['30s', '2m'], text: ['x', 'a b'], file: ['r.json'], optional: ['svg'], amount: ['0', '2.5'] }
const ourToken = fc.constantFrom(...Object.entries(runFlags as Record<string, OwnFlag>)).chain(([name, { kind, ending, choices }]): fc.Arbitrary<{ name: string; tokens: string[] }> => kind === 'switch'
  ? fc.constant({ name, tokens: [`--${name}`] })
  : fc.tuple(fc.constantFrom(...(choices ?? samples[kind]).map((sample) => sample.replace(/\.json$/, ending ?? ''))), fc.boolean()).map(([value, joined]) => ({ name, tokens: joined ? [`--${name}=${value}`] : [`--${name}`, value] })))
const theirs = fc.constantFrom(['-t', 'a > b'], ['--coverage'], ['--coverage.enabled=true'], ['routing'], ['--no-isolate'], ['-u'], ['--pool', 'threads'], ['src/a.eval.ts:12'], ['--reporter=junit'], ['--retry', '2'])

test('our flags are always taken out, and what is left is unchanged and in order', () => {
  const line = fc.tuple(fc.uniqueArray(ourToken, { selector: ({ name }) => name }), fc.array(theirs)).chain(([ours, others]) =>
    fc.shuffledSubarray([...ours.map(({ tokens }) => ({ own: true, tokens })), ...others.map((tokens) => ({ own: false, tokens }))], { minLength: ours.length + others.length }))
  fc.assert(fc.property(line, (groups) => {
    const args = groups.flatMap(({ tokens }) => tokens)
    const { own, rest } = splitFlags(args, runFlags)
    expect(rest).toEqual(groups.filter((group) => !group.own).flatMap(({ tokens }) => tokens))
    expect(Object.keys(own)).toEqual(groups.filter((group) => group.own).map(({ tokens }) => tokens[0]!.slice(2).replace(/=.*/s, '')))
  }))
})

test('any command line is split or refused, never broken', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.string(), theirs.map(([first]) => first!))), (args) => {
    const ours = args.some((arg) => /^--(?:[a-z-]+)/i.test(arg) && Object.keys(runFlags).some((name) => arg.startsWith(`--${name}`)))
    fc.pre(!ours && !args.includes('--'))
    expect(splitFlags(args, runFlags)).toEqual({ own: {}, rest: args })
  }))
})
