/** Gates decide as told: their verdicts, lines and exit codes, on scores that are known, and on input that allows no verdict. */
import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { vitestLines, type VitestLine } from './installation.ts'
import { pluginConfig, project, thresholdWorkflow, type Project } from './project.ts'

/** `suite(name, scores, options)`: a workflow whose cases c0, c1, … have these scores; odd ones have the tag `odd`, the last one must pass where `must` is asked for. */
const suites = `
import { describeWorkflow } from 'trace-eval/vitest'
export const suite = (name, scores, { must = false, ...options } = {}) => describeWorkflow(name, { workflow: (x) => x, rounds: 0, ...options }, (it) => {
  const optionsOf = ({ i }) => ({ tags: i % 2 === 0 ? [] : ['odd'], mustPass: must && i === scores.length - 1 })
  it.for(scores.map((input, i) => ({ id: 'c' + i, i, input })), optionsOf)('$id', async ({ input }, { run, feedback, check }) => {
    const answer = await run(input)
    if (answer === 'throws') throw new Error('no answer')
    check('at least half', () => { if (answer < 0.5) throw new Error('below half') })
    feedback(Number(answer))
  })
})
export const ones = (n, good) => Array.from({ length: n }, (_, i) => (i < good ? 1 : 0))
`
const suitesOf = (...lines: string[]): Record<string, string> => ({ 'suites.js': suites, 'gates.eval.js': `import { suite, ones } from './suites.js'\n${lines.join('\n')}` })
const outcomes = (app: Project): Record<string, unknown> => Object.fromEntries(app.report().workflows.map(({ name, verdict, passed, reason }) => [name, [verdict, passed, reason]]))

/** A workflow with one parameter, in code (0.9) or saved; cases beyond 0.4 are urgent. */
const change = (options: string, { count = 40, input = 'i / 40' } = {}): string => `
import { expect } from 'vitest'
import { describeWorkflow } from 'trace-eval/vitest'
import { triage } from './triage.ts'
const rows = Array.from({ length: ${count} }, (_, i) => ({ id: 'c' + i, input: ${input}, expected: i / 40 >= 0.4 ? 'urgent' : 'normal' }))
describeWorkflow('change', { workflow: triage, ${options} }, (it) => {
  it.for(rows)('$id', async ({ input, expected }, { run }) => { expect(await run(input)).toBe(expected) })
})
`
const saved = (value: number): string => JSON.stringify({ schemaVersion: 1, workflows: { change: { parameters: { limit: { kind: 'number', value } } } } })
const lineOf = (output: string): string => output.replaceAll(/\n {3}/g, ' ')

describe.each(Object.keys(vitestLines) as VitestLine[])('Vitest %s', (line) => {
  test('thresholds of the score, of a tag, a check and a scorer, cases that must pass, and each way to settle what is open', async () => {
    const app = project(line, suitesOf(
      `suite('pass', ones(20, 20), { threshold: 0.8 })`,
      `suite('fail', ones(20, 10), { threshold: 0.8 })`,
      `suite('open', ones(20, 18), { threshold: 0.8 })`,
      `suite('open, too low', ones(20, 15), { threshold: 0.8 })`,
      `suite('open, fails', ones(20, 18), { threshold: 0.8, onInconclusive: 'fail' })`,
      `suite('open, passes', ones(20, 15), { threshold: 0.8, onInconclusive: 'pass' })`,
      `suite('must', ones(20, 19), { threshold: 0.5, must: true })`,
      `suite('tag', ones(20, 4), { threshold: 0.1, gates: [{ tag: 'odd', threshold: 0.9 }] })`,
      `suite('check', ones(20, 5), { gates: [{ check: 'at least half', threshold: 0.9 }] })`,
      `suite('scorer', ones(20, 20), { scorers: { polite: () => 0.2 }, gates: [{ scorer: 'polite', threshold: 0.9 }] })`,
      `suite('every case', ones(20, 19))`,
      `suite('report only', ones(20, 0), { gate: 'none' })`,
    ))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(1)
    expect(outcomes(app)).toMatchInlineSnapshot(`
      {
        "check": [
          "fail",
          false,
          "check "at least half": score 0.25 (5 of 20, 95 % upper bound 0.46), threshold 0.90",
        ],
        "every case": [
          "fail",
          false,
          "1 of 20 cases failed; without a threshold every case must pass",
        ],
        "fail": [
          "fail",
          false,
          "score 0.50 (10 of 20, 95 % upper bound 0.70), threshold 0.80",
        ],
        "must": [
          "fail",
          false,
          "1 case that must pass failed: "c19"; score 0.95 (19 of 20, 95 % lower bound 0.78), threshold 0.50",
        ],
        "open": [
          "inconclusive",
          true,
          "score 0.90 (18 of 20, 95 % lower bound 0.72), threshold 0.80; not settled: about 50 cases would settle it",
        ],
        "open, fails": [
          "inconclusive",
          false,
          "score 0.90 (18 of 20, 95 % lower bound 0.72), threshold 0.80; not settled: about 50 cases would settle it; this gate fails what is not settled",
        ],
        "open, passes": [
          "inconclusive",
          true,
          "score 0.75 (15 of 20, 95 % upper bound 0.90), threshold 0.80; not settled: about 200 cases would settle it; this gate passes what is not settled",
        ],
        "open, too low": [
          "inconclusive",
          false,
          "score 0.75 (15 of 20, 95 % upper bound 0.90), threshold 0.80; not settled: about 200 cases would settle it",
        ],
        "pass": [
          "pass",
          true,
          "score 1.00 (20 of 20, 95 % lower bound 0.86), threshold 0.80",
        ],
        "report only": [
          "ungated",
          true,
          "score 0.00 (0 of 20, 95 % bounds 0.00 to 0.14); not gated",
        ],
        "scorer": [
          "fail",
          false,
          "scorer "polite": score 0.20 (20 cases, 95 % upper bound 0.31), threshold 0.90",
        ],
        "tag": [
          "fail",
          false,
          "score of tag "odd": score 0.20 (2 of 10, 95 % upper bound 0.51), threshold 0.90; 1 of 2 gates passed",
        ],
      }
    `)
  })

  test('exit codes: 0 where all pass, 3 where open ones fail, 4 where scores are missing, the worst of several', async () => {
    const app = project(line, suitesOf(`suite('open', ones(20, 18), { threshold: 0.8 })`))
    expect((await app.traceEval()).code).toBe(0)
    const open = await app.traceEval('--fail-inconclusive')
    expect(open.code).toBe(3)
    expect(lineOf(open.stdout)).toContain(' FAIL  score 0.90 (18 of 20, 95 % lower bound 0.72), threshold 0.80; not settled: about 50 cases would settle it; this gate fails what is not settled')
    expect((await app.traceEval('--threshold', '0.5')).code).toBe(0)
    app.write(suitesOf(`suite('open', ones(20, 18), { threshold: 0.8 })`, `suite('unscored', ['x', 1, 1], { threshold: 0.5 })`))
    expect((await app.traceEval('--fail-inconclusive')).code).toBe(4)
    app.write(suitesOf(`suite('missed', ones(20, 0), { threshold: 0.8 })`, `suite('unscored', ['x', 1, 1], { threshold: 0.5 })`))
    expect((await app.traceEval()).code).toBe(1)
  })

  test('scores that are none, scorers that throw and empty suites are never a pass, and say what came', async () => {
    const app = project(line, suitesOf(
      `suite('NaN', ['x', 1, 1], { threshold: 0.5 })`,
      `suite('infinite', [Infinity, 1, 1], { threshold: 0.5 })`,
      `suite('too high', [1.5, 1, 1], { threshold: 0.5 })`,
      `suite('negative', [-0.1, 1, 1], { threshold: 0.5 })`,
      `suite('scorer throws', [1, 1, 1], { threshold: 0.5, scorers: { polite: () => { throw new Error('scorer broke') } } })`,
      `suite('scorer NaN', [1, 1, 1], { threshold: 0.5, scorers: { polite: () => NaN } })`,
      `suite('one may miss', [...ones(19, 19), 'x'], { threshold: 0.5, maxUnscored: 0.05 })`,
      `suite('two miss', [...ones(18, 18), 'x', 'y'], { threshold: 0.5, maxUnscored: 0.05 })`,
      `suite('no case', [], { threshold: 0.5 })`,
      `suite('no case of the tag', ones(3, 3), { threshold: 0.5, gates: [{ tag: 'billing', threshold: 0.5 }] })`,
      `suite('no case with the check', ['throws', 'throws'], { gates: [{ check: 'at least half', threshold: 0.5 }] })`,
      `suite('all equal', Array(20).fill(0.8), { threshold: 0.8 })`,
    ))
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    expect(outcomes(app)).toMatchInlineSnapshot(`
      {
        "NaN": [
          "error",
          false,
          "could not measure: 1 of 3 gated cases without a score (feedback() expected a score from 0 to 1, received NaN)",
        ],
        "all equal": [
          "inconclusive",
          true,
          "score 0.80 (20 cases, 95 % lower bound 0.69), threshold 0.80; not settled: the score is too close to the threshold for any number of cases",
        ],
        "infinite": [
          "error",
          false,
          "could not measure: 1 of 3 gated cases without a score (feedback() expected a score from 0 to 1, received Infinity)",
        ],
        "negative": [
          "error",
          false,
          "could not measure: 1 of 3 gated cases without a score (feedback() expected a score from 0 to 1, received -0.1)",
        ],
        "no case": [
          "error",
          false,
          "expected at least one case, received none, at workflow "no case"",
        ],
        "no case of the tag": [
          "error",
          false,
          "expected a tag that a case has, received "billing", at workflow "no case of the tag"",
        ],
        "no case with the check": [
          "error",
          false,
          "check "at least half": could not measure: no case came to a check called "at least half"",
        ],
        "one may miss": [
          "pass",
          true,
          "score 1.00 (19 of 19, 95 % lower bound 0.85), threshold 0.50; 1 of 20 runs without a score left out",
        ],
        "scorer NaN": [
          "error",
          false,
          "could not measure: 3 of 3 gated cases without a score (scorer "polite": expected a score from 0 to 1, received NaN)",
        ],
        "scorer throws": [
          "error",
          false,
          "could not measure: 3 of 3 gated cases without a score (scorer "polite": the scorer threw: Error: scorer broke)",
        ],
        "too high": [
          "error",
          false,
          "could not measure: 1 of 3 gated cases without a score (feedback() expected a score from 0 to 1, received 1.5)",
        ],
        "two miss": [
          "error",
          false,
          "could not measure: 2 of 20 gated cases without a score (feedback() expected a score from 0 to 1, received NaN), at most 5 % allowed",
        ],
      }
    `)
  })

  test('a gain over the start, and a loss against the saved values, decide on held-out cases', async () => {
    const app = project(line, { 'triage.ts': thresholdWorkflow, 'gates.eval.ts': change('minImprovement: 0') })
    const better = await app.traceEval()
    expect(better.code, better.all).toBe(0)
    expect(app.workflow().reason).toMatchInlineSnapshot(`"held out 0.70 → 0.85, +0.15 against the start (20 cases: 6 better, 3 worse; 95 % lower bound -0.15, p 0.172), better than the start is asked for; not settled: about 67 cases would settle it"`)
    const tooMuch = await app.traceEval('--min-improvement', '0.9')
    expect(tooMuch.code).toBe(1)
    expect(app.workflow().reason).toMatch(/^held out 0\.70 → \d\.\d\d, \+\d\.\d\d against the start \(20 cases: 6 better, \d worse; 95 % upper bound \+\d\.\d\d\), at least 0\.90 better than the start is asked for/)
    const measured = await app.traceEval('--no-optimize')
    expect([measured.code, app.workflow().verdict, app.workflow().reason]).toEqual([0, 'ungated', 'nothing was optimized, so there is no gain to judge'])

    // The values in the code are much worse than those that were saved.
    app.write({ 'gates.eval.ts': change(`maxRegression: 0.02, against: 'saved', rounds: 0`), 'gates.params.json': saved(0.4) })
    const same = await app.traceEval()
    expect([same.code, app.workflow().verdict, app.workflow().reason], same.all).toEqual([0, 'pass', 'held out 1.00: nothing was changed, at most 0.02 worse than the saved values is asked for'])
    const worse = await app.traceEval('--from-code')
    expect(worse.code, worse.all).toBe(1)
    expect(app.workflow().reason).toMatchInlineSnapshot(`"score 1.00 → 0.50, -0.50 against the saved values (40 cases: 0 better, 20 worse; 95 % upper bound -0.32), at most 0.02 worse than the saved values is asked for"`)
  })

  test('a committed baseline file gates what changed since, and no other suite is compared with it', async () => {
    const app = project(line, { 'triage.ts': thresholdWorkflow, 'gates.eval.ts': change('maxRegression: 0.02, baseline: true'), 'gates.params.json': saved(0.4) })
    const none = await app.traceEval('--no-optimize')
    expect([none.code, app.workflow().reason]).toEqual([4, 'no baseline yet in gates.baseline.json: `npx trace-eval accept --baseline` writes it from this run'])
    expect((await app.traceEval('accept', '--baseline')).code).toBe(0)
    const same = await app.traceEval('--no-optimize')
    expect([same.code, app.workflow().verdict, app.workflow().passed], same.all).toEqual([0, 'inconclusive', true])

    app.write({ 'gates.params.json': saved(0.95) })
    const worse = await app.traceEval('--no-optimize')
    expect(worse.code, worse.all).toBe(1)
    expect(app.workflow()).toMatchObject({ passed: false, reason: expect.stringContaining('against the baseline file (') })

    app.write({ 'gates.eval.ts': change('maxRegression: 0.02, baseline: true', { count: 30 }) })
    expect([(await app.traceEval('--no-optimize')).code, app.workflow().reason]).toEqual([4, 'the cases changed since the baseline in gates.baseline.json: 10 cases gone ("c30", "c31", "c32" and 7 more); renew it with `npx trace-eval accept --baseline`'])
    app.write({ 'gates.eval.ts': change('maxRegression: 0.02, baseline: true', { input: '(i + 0.5) / 40' }) })
    expect([(await app.traceEval('--no-optimize')).code, app.workflow().reason]).toEqual([4, 'the cases changed since the baseline in gates.baseline.json: 40 cases with another input ("c0", "c1", "c2" and 37 more); renew it with `npx trace-eval accept --baseline`'])

    const text = app.read('gates.baseline.json')
    app.write({ 'gates.eval.ts': change('maxRegression: 0.02, baseline: true'), 'gates.baseline.json': text.replace(/\n *"c7": .*/, '') })
    const merged = await app.traceEval('--no-optimize')
    expect([merged.code, app.workflow().verdict]).toEqual([4, 'error'])
    expect(merged.stdout).toContain('Entries were added, removed or merged by hand.')
    app.write({ 'gates.baseline.json': text.slice(0, 200) })
    expect([(await app.traceEval('--no-optimize')).code, app.workflow().verdict]).toEqual([4, 'error'])
  })

  test('a report that cannot be written is an error, of the command and of a plain vitest run', async () => {
    const app = project(line, { ...suitesOf(`suite('pass', ones(20, 20), { threshold: 0.8 })`), 'vitest.config.ts': pluginConfig.replace('*.eval.ts', '*.eval.js') })
    writeFileSync(app.path('.vitest'), 'in the way')
    const result = await app.traceEval()
    expect(result.code, result.all).toBe(4)
    expect(result.stdout).toContain('the report could not be written: ')
    expect(result.stdout).not.toContain(' report: ')
    const plain = await app.vitest('run')
    expect(plain.code, plain.all).toBe(1)
    expect(plain.stdout).toContain('the report could not be written: ')
  })

  test('gates of the plugin decide a plain vitest run; an option it does not have is refused before anything runs', async () => {
    const app = project(line, suitesOf(`suite('open', ones(20, 18))`))
    const under = async (options: string): Promise<readonly [number | null, string]> => {
      app.write({ 'vitest.config.ts': pluginConfig.replace('*.eval.ts', '*.eval.js').replace('traceEval()', `traceEval(${options} as never)`) })
      const { code, all } = await app.vitest('run')
      return [code, all]
    }
    expect((await under('{ threshold: 0.5 }'))[0]).toBe(0)
    expect((await under('{ threshold: 0.8 }'))[0]).toBe(0)
    const [strict, strictly] = await under(`{ threshold: 0.8, onInconclusive: 'fail' }`)
    expect([strict, strictly]).toEqual([1, expect.stringContaining('Error: open: inconclusive: score 0.90 (18 of 20, 95 % lower bound 0.72), threshold 0.80; not settled: about 50 cases would settle it; this gate fails what is not settled')])
    expect(await under('{ minImprovement: 0 }')).toEqual([0, expect.stringContaining('UNGATED  nothing was optimized, so there is no gain to judge')])
    expect(await under('{ maxRegression: 0, baseline: true }')).toEqual([1, expect.stringContaining('no baseline yet in gates.baseline.json')])
    expect(await under('{ threshold: 7 }')).toEqual([1, expect.stringContaining('expected a threshold between 0 and 1, received 7')])
    const [slip, slipped] = await under('{ treshold: 0.9 }')
    expect([slip, slipped]).toEqual([1, expect.stringContaining('expected an option of the plugin, received "treshold", at traceEval() of the Vitest config')])
    expect(slipped).toContain('Did you mean `threshold`?')
    expect(slipped).not.toContain('18 of 20')
  })
})
