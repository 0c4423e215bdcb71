/** A report's numbers, counted again by hand and by brute force, and its form, judged by the schema. Stage: report. */
import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { CaseRun } from '../feedback/case-run.ts'
import type { Feedback } from '../feedback/feedback.ts'
import { sampleSecrets } from '../core/sample-secrets.ts'
import { parameter } from '../graph/parameter.ts'
import type { StepOutcome, TrainOutcome } from '../train/outcome.ts'
import type { RunsByCase } from '../train/runs-by-case.ts'
import { buildRunReport, buildWorkflowReport, unmeasuredReport, type WorkflowReportInput } from './build.ts'
import { formatReport, parseReport } from './report-file.ts'
import type { GateReport, MeasuredScore, RunReport } from './run-report.ts'

const root = '/project'
const anything = { schema: { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } } as const
const at = (line: number, file = '/project/evals/route.eval.ts') => ({ file, line, column: 5 })

function aRun(caseId: string, score: number | undefined, more: Partial<CaseRun> = {}): CaseRun {
  return { caseId, trial: 0, score, checks: [], feedback: [], durationMs: 10, trace: { outputs: [], leaks: [] }, ...more }
}
function failed(message: string, more: Partial<Feedback> = {}): Feedback {
  return { kind: 'assertion', message, matcher: 'toBe', location: at(9), soft: false, ...more }
}
const runs = (...all: readonly CaseRun[]): RunsByCase => Map.groupBy(all, ({ caseId }) => caseId)

function anOutcome(more: Partial<TrainOutcome> = {}): TrainOutcome {
  return {
    learn: [{ id: 'a' }, { id: 'b', tags: ['slow'] }], heldOut: [{ id: 'c' }],
    parameters: new Map(), optimized: [], blame: [], startValues: {}, finalValues: {}, adopted: true, rounds: [], steps: [], stop: 'rounds', evaluations: 12,
    startRuns: runs(aRun('a', 0, { feedback: [failed('no')] }), aRun('b', 1), aRun('c', 0.5)),
    finalRuns: runs(aRun('a', 1), aRun('b', 0), aRun('c', 0.5)),
    ...more,
  }
}

const aGate: GateReport = {
  what: 'score of tag "billing"', metric: 'score', tag: 'billing', kind: 'max-regression', rule: 'at most 0.02 worse than at the start', mark: 0.02, against: 'start',
  verdict: 'fail', passed: false, reason: 'too low', value: -0.1, lower: -0.2, upper: -0.03, n: 20, confidence: 0.95, heldOut: true, gained: 1, lost: 4, p: 0.9,
}
function aStep(more: Partial<StepOutcome> = {}): StepOutcome {
  return { round: 1, optimizer: 'reflect', purpose: 'propose', model: 'm', messages: [{ role: 'user', content: 'Improve it.' }], answer: 'Done.', edits: [], durationMs: 7, ...more }
}

const measured: MeasuredScore = { score: 0.5, n: 1, passed: 0, lower: 0.1, upper: 0.9, heldOut: true }
function anInput(outcome: Partial<TrainOutcome> = {}, more: Partial<WorkflowReportInput> = {}): WorkflowReportInput {
  return {
    name: 'ticket routing', file: '/project/evals/route.eval.ts', root, location: at(3), outcome: anOutcome(outcome), titles: new Map([['b', 'the second'], ['a', 'the first']]),
    plan: { rounds: 10, maxEvaluations: 600, concurrency: 5, trials: 1, optimizer: 'tpe', optimizes: true }, threshold: 0.9, confidence: 0.95,
    verdict: { verdict: 'fail', passed: false, reason: 'too low', gates: [aGate], baseline: measured, final: measured }, durationMs: 1234, ...more,
  }
}
const build = (outcome: Partial<TrainOutcome> = {}, more: Partial<WorkflowReportInput> = {}) => buildWorkflowReport(anInput(outcome, more))

describe('places', () => {
  it('files inside the root are relative to it, others stay', () => {
    const report = build({ startRuns: runs(aRun('a', 0, { feedback: [failed('no', { location: at(1, '/other/x.ts') })] })) })
    expect(report.file).toBe('evals/route.eval.ts')
    expect(report.location).toEqual({ file: 'evals/route.eval.ts', line: 3, column: 5 })
    expect(report.caseResults[1]!.feedbackBefore[0]!.location!.file).toBe('/other/x.ts')
  })
})

describe('cases', () => {
  it('come in the order of the file, with their titles, before and after', () => {
    expect(build().caseResults.map(({ id, title, split, before, after, change, tags }) => [id, title, split, before, after, change, tags])).toEqual([
      ['b', 'the second', 'learn', 1, 0, 'worse', ['slow']], ['a', 'the first', 'learn', 0, 1, 'better', []], ['c', 'c', 'held-out', 0.5, 0.5, 'same', []],
    ])
  })
  it('a title without a case is no case', () => {
    expect(build({}, { titles: new Map([['gone', 'x']]) }).caseResults.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
  it('trials that could not be measured do not count; where none could, the report says why', () => {
    const [, a] = build({ finalRuns: runs(aRun('a', 1), aRun('a', undefined, { unscored: 'no answer' }), aRun('a', 0.5)) }).caseResults
    expect(a).toMatchObject({ after: 0.75 })
    const report = build({ finalRuns: runs(aRun('a', undefined, { unscored: 'no answer' })) })
    expect(report.caseResults.map(({ id, after, change, unscored }) => [id, after, change, unscored])).toEqual([
      ['b', null, 'same', 'it did not run with the final values'], ['a', null, 'same', 'no answer'], ['c', null, 'same', 'it did not run with the final values'],
    ])
  })
  it('what ended a case is said first, and the same message of several trials once', () => {
    const said = [failed('soft', { soft: true }), failed('note', { kind: 'note', soft: true }), failed('hard')]
    const report = build({ finalRuns: runs(aRun('a', 0, { feedback: said }), aRun('a', 0, { trial: 1, feedback: said })) })
    expect(report.caseResults[1]!.feedback.map(({ message }) => message)).toEqual(['hard', 'soft', 'note'])
  })
  it('long texts are cut with a mark, and never inside a character', () => {
    const report = build({ finalRuns: runs(aRun('a', 0, { feedback: [failed(`${'x'.repeat(3999)}🎉 and more`, { diff: 'd'.repeat(5000) })] })) })
    const { message, diff } = report.caseResults[1]!.feedback[0]!
    expect(message).toBe(`${'x'.repeat(3999)}… (11 more characters)`)
    expect(diff!.endsWith('d… (1000 more characters)')).toBe(true)
  })
})

describe('checks and assertions', () => {
  const check = (name: string, passed: boolean) => ({ name, passed, weight: 1 })
  it('are counted by runs, and their failures by cases', () => {
    const report = build({
      startRuns: runs(aRun('a', 0, { checks: [check('polite', false)], feedback: [failed('no', { userMessage: 'refunds' })] }), aRun('b', 0, { checks: [check('polite', true)], feedback: [failed('other', { userMessage: 'refunds' })] }), aRun('c', 1)),
      finalRuns: runs(aRun('a', 1, { checks: [check('polite', true)] }), aRun('b', 0, { checks: [check('polite', true)], feedback: [failed('no', { negated: true, promise: 'resolves', location: at(20) })] }), aRun('c', 1)),
    })
    expect(report.checks).toEqual([
      { name: 'polite', kind: 'check', before: 0.5, after: 1, n: 2, failedBefore: 1, failedAfter: 0 },
      { name: 'toBe at evals/route.eval.ts:9:5', kind: 'assertion', before: 1 - 2 / 3, after: 1, n: 3, failedBefore: 2, failedAfter: 0, message: 'refunds', location: { file: 'evals/route.eval.ts', line: 9, column: 5 } },
      { name: 'resolves.not.toBe at evals/route.eval.ts:20:5', kind: 'assertion', before: 1, after: 1 - 1 / 3, n: 3, failedBefore: 0, failedAfter: 1, location: { file: 'evals/route.eval.ts', line: 20, column: 5 } },
    ])
  })
  it('shares and counts are those of a slow count over all runs', () => {
    const oneRun = fc.record({ id: fc.constantFrom('a', 'b', 'c'), x: fc.option(fc.boolean()), y: fc.option(fc.boolean()), fails: fc.boolean(), scored: fc.boolean() })
    const side = fc.array(oneRun, { maxLength: 12 })
    const live = (all: readonly (typeof oneRun extends fc.Arbitrary<infer R> ? R : never)[]) => runs(...all.map(({ id, x, y, fails, scored }) => aRun(id, scored ? 0.5 : undefined, {
      checks: [...(x === null ? [] : [check('x', x)]), ...(y === null ? [] : [check('y', y)])], feedback: fails ? [failed('f')] : [] })))
    fc.assert(fc.property(side, side, (start, final) => {
      const report = build({ startRuns: live(start), finalRuns: live(final) })
      for (const name of ['x', 'y'] as const) {
        const [before, after] = [start, final].map((all) => all.filter((run) => run.scored && run[name] !== null))
        const part = report.checks.find((one) => one.kind === 'check' && one.name === name)
        expect(part === undefined).toBe(before!.length + after!.length === 0)
        if (part === undefined) continue
        if (after!.length > 0) expect(part.after).toBeCloseTo(after!.filter((run) => run[name] === true).length / after!.length, 12)
        if (before!.length > 0 && after!.length > 0) expect(part.failedBefore).toBe(new Set(before!.filter((run) => run[name] === false).map(({ id }) => id)).size)
      }
      const assertion = report.checks.find(({ kind }) => kind === 'assertion')
      const scored = final.filter((run) => run.scored)
      if (assertion !== undefined && scored.length > 0) expect(assertion.after).toBeCloseTo(1 - scored.filter(({ fails }) => fails).length / scored.length, 12)
    }))
  })
})

describe('parameters', () => {
  const tone = parameter('tone', 'cold', { description: 'How it speaks' })
  const odd = parameter('odd', { when: 1 }, anything)
  it('have their values before and after, also where nobody gave them any, and the cases that blame them', () => {
    const [report] = build({ parameters: new Map([['tone', tone]]), optimized: ['tone'], finalValues: { tone: 'warm' }, blame: [{ parameter: 'tone', score: 1, cases: ['a', 'b'] }] }).parameters
    expect(report).toMatchObject({ name: 'tone', kind: 'text', description: 'How it speaks', from: 'cold', to: 'warm', changed: true, optimized: true, blamedCases: 2 })
    expect(report!.location!.file).toMatch(/build\.test\.ts$/)
  })
  it('a final text is never cut, however long', () => {
    const long = 'x'.repeat(100_000)
    expect(build({ parameters: new Map([['tone', tone]]), finalValues: { tone: long } }).parameters[0]!.to).toBe(long)
  })
  it('a value that JSON cannot hold is described and cannot be saved', () => {
    const [report] = build({ parameters: new Map([['odd', odd]]), finalValues: { odd: { when: new Date(0), n: Number.NaN } } }).parameters
    expect(report).toMatchObject({ to: { when: { $value: 'a Date (1970-01-01T00:00:00.000Z)' }, n: { $value: 'NaN' } }, unsavable: 'a Date (1970-01-01T00:00:00.000Z)' })
  })
  it('a value with a secret in it is not shown and cannot be saved from the report', () => {
    const [report] = build({ parameters: new Map([['tone', tone]]), finalValues: { tone: `use ${sampleSecrets['github']}` } }).parameters
    expect(report).toMatchObject({ to: 'use [redacted key]', changed: true, unsavable: 'what looks like a key or a password' })
  })
  it('nor can one that holds the mark of a secret, unless it did so before', () => {
    const saved = (from: string, to: string) => build({ parameters: new Map([['tone', tone]]), startValues: { tone: from }, finalValues: { tone: to } }).parameters[0]!
    expect(saved('cold', 'use postgres://[redacted]@db').unsavable).toBe('what looks like a key or a password')
    expect(saved('write [redacted] for names', 'always write [redacted] for names')).not.toHaveProperty('unsavable')
  })
  it('in rounds long texts are cut, and what was rejected is listed with both scores', () => {
    const report = build({
      parameters: new Map([['tone', tone]]), adopted: false, rejected: { values: { tone: 'x'.repeat(3000) }, heldOutScore: 0.4, heldOutStart: 0.5 },
      rounds: [{ state: 'kept', round: 1, before: 0, after: 0.5, candidates: 2, evaluations: 4, blame: [], reason: 'better', changes: [{ parameter: 'tone', from: 'cold', to: 'x'.repeat(3000) }] },
        { state: 'not-kept', round: 2, before: 0.5, after: 0.5, candidates: 2, evaluations: 4, blame: [], reason: 'none better' }],
    })
    const cut = `${'x'.repeat(2000)}… (1000 more characters)`
    expect(report.rounds.map(({ kept, changes }) => [kept, changes])).toEqual([[true, [{ parameter: 'tone', from: 'cold', to: cut }]], [false, []]])
    expect(report.rejected).toEqual({ heldOutScore: 0.4, heldOutStart: 0.5, changes: [{ parameter: 'tone', from: 'cold', to: cut }] })
  })
})

it('leaks of one place are one, and runs that stand on both sides count once', () => {
  const leak = { node: 'tone', how: 'text', location: at(12), count: 2 } as const
  const same = aRun('a', 1, { trace: { outputs: [], leaks: [leak] } })
  expect(build({ startRuns: runs(same), finalRuns: runs(same, aRun('b', 1, { trace: { outputs: [], leaks: [leak, { ...leak, how: 'json', count: 9 }] } })) }).leaks).toEqual([
    { node: 'tone', how: 'json', location: { file: 'evals/route.eval.ts', line: 12, column: 5 }, count: 9 },
    { node: 'tone', how: 'text', location: { file: 'evals/route.eval.ts', line: 12, column: 5 }, count: 4 },
  ])
})

describe('steps', () => {
  it('are absent where no model was asked', () => {
    expect(build()).not.toHaveProperty('steps')
  })
  it('hold what was sent and what came back, without keys, long texts cut', () => {
    const step = aStep({ messages: [{ role: 'user', content: `key sk-abcdefghijklmnop and hunter2hunter2 ${'x'.repeat(40_000)}` }], answer: undefined as never, problem: 'Bearer abcdefghijk1 refused' })
    vi.stubEnv('SHOP_PASSWORD', 'hunter2hunter2')
    const [report] = build({ steps: [step] }).steps!
    vi.unstubAllEnvs()
    expect(report!.messages[0]!.content.slice(0, 40)).toBe('key [redacted key] and [redacted] xxxxxx')
    expect(report!.messages[0]!.content.slice(-30)).toMatch(/x… \(8034 more characters\)$/)
    expect(report).toMatchObject({ answer: null, problem: 'Bearer [redacted] refused', inputTokens: null, outputTokens: null })
  })
  it('that kept a text which repeats a case are noted among the problems', () => {
    const edit = { parameter: 'tone', from: 'cold', to: 'warm', state: 'kept', reason: 'kept in round 1', notes: ['repeats 9 words of case "a": "x"'] } as const
    expect(build({ steps: [aStep({ edits: [edit] }), aStep({ edits: [edit, { ...edit, parameter: 'other', state: 'not-better' }] })] }).problems).toEqual([
      { code: 'PROPOSAL_COPIES', level: 'note', message: 'a text that was kept for "tone" repeats 9 words of case "a": "x"; look whether it is a rule or a case learned by heart' },
    ])
  })
  it('take up to a megabyte, then each is cut to a line', () => {
    const steps = build({ steps: Array.from({ length: 60 }, (_, index) => aStep({ round: index + 1, messages: [{ role: 'user', content: 'x'.repeat(30_000) }] })) }).steps!
    expect(steps).toHaveLength(60)
    expect(JSON.stringify(steps).length).toBeLessThan(1_100_000)
    expect(steps.at(-1)!.messages[0]!.content).toBe(`${'x'.repeat(400)}… (29600 more characters)`)
  })
})

it('usage adds up over roles, and one unknown cost makes the sum unknown', () => {
  const role = (modelCalls: number, costUsd: number | null) => ({ modelCalls, inputTokens: 10, outputTokens: 1, costUsd })
  expect(build({}, { usage: { task: role(3, 0.5), judge: role(2, 0.25), optimizer: role(1, 1) } }).usage).toMatchObject({ evaluations: 12, modelCalls: 6, inputTokens: 30, outputTokens: 3, costUsd: 1.75 })
  expect(build({}, { usage: { task: role(3, 0.5), judge: role(2, null), optimizer: role(1, 1) } }).usage.costUsd).toBeNull()
  expect(build().usage).toMatchObject({ evaluations: 12, modelCalls: 0, costUsd: 0 })
})

it('a run lists its workflows by file and place', () => {
  const workflow = (name: string, file: string, line: number) => ({ ...unmeasuredReport({ name, file, root, verdict: 'error', passed: false, reason: 'x' }), location: { file, line, column: 1 } })
  expect(aReport([workflow('x', 'b.ts', 1), workflow('y', 'a.ts', 20), workflow('z', 'a.ts', 3)]).workflows.map(({ name }) => name)).toEqual(['z', 'y', 'x'])
})

function aReport(workflows: RunReport['workflows']): RunReport {
  return buildRunReport({ startedAt: '2026-01-02T03:04:05.000Z', durationMs: 5, seed: '1', exitCode: 1, workflows })
}

describe('the schema', () => {
  const schema = JSON.parse(readFileSync(new URL('run-report.schema.json', import.meta.url), 'utf8')) as Record<string, unknown>
  const validator = (strict: boolean): ValidateFunction => new Ajv2020({ allErrors: true, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/ } }).compile(strict ? closed(schema) as Record<string, unknown> : schema)

  /** No property but those listed, so that a field the schema forgot is found. */
  function closed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(closed)
    if (typeof value !== 'object' || value === null) return value
    const copy = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, closed(item)]))
    return 'properties' in copy && copy['type'] === 'object' ? { ...copy, additionalProperties: false } : copy
  }

  const [open, strict] = [validator(false), validator(true)]
  const tone = parameter('tone', 'cold', { description: 'x' })
  const full = build({
    parameters: new Map([['tone', tone]]), finalValues: { tone: 'warm' }, optimized: ['tone'], adopted: false, rejected: { values: { tone: 'x' }, heldOutScore: 0, heldOutStart: 1 },
    rounds: [{ state: 'kept', round: 1, before: 0, after: 1, candidates: 1, evaluations: 3, reason: 'better', changes: [{ parameter: 'tone', from: 'cold', to: 'warm' }], blame: [{ parameter: 'tone', score: 0.5, cases: ['a'], failures: [{ text: 'no', cases: ['a'] }] }] }],
    steps: [aStep({ problem: 'cut off', inputTokens: 3, outputTokens: 4, edits: [{ parameter: 'tone', from: 'cold', to: 'warm', state: 'kept', reason: 'kept in round 1', notes: ['copied'] }] })],
    finalRuns: runs(aRun('a', undefined, { unscored: 'x' }), aRun('b', 0, { checks: [{ name: 'polite', passed: false, weight: 2 }], trace: { outputs: [], leaks: [{ node: 'n', how: 'json', count: 1 }] },
      feedback: [failed('no', { userMessage: 'm', negated: true, promise: 'rejects', polled: true, expected: '1', received: '2', diff: '-1\n+2', check: 'polite' }), { kind: 'timeout', message: 'late', soft: false }] })),
  }, { problems: [{ code: 'X', message: 'y', level: 'note', location: at(1) }], plan: { ...anInput().plan, maxDurationMs: 5, seed: '7' } })

  it.each([
    ['an empty run', aReport([])],
    ['a full report', aReport([full])],
    ['a report without optional fields', aReport([build({}, { threshold: undefined, location: undefined } as unknown as WorkflowReportInput)])],
    ['an unmeasured workflow', aReport([unmeasuredReport({ name: 'x', file: 'y', root, verdict: 'error', passed: false, reason: 'z' })])],
  ])('%s fits, and has no field that the schema does not know', (_, report) => {
    for (const validate of [open, strict]) {
      validate(JSON.parse(formatReport(report)))
      expect(validate.errors).toBeNull()
    }
  })

  it.each([
    ['another version', { ...aReport([]), schemaVersion: 2 }],
    ['a missing field', { ...aReport([full]), seed: undefined }],
    ['an unknown verdict', aReport([{ ...full, verdict: 'maybe' as 'pass' }])],
    ['a score above 1', aReport([{ ...full, learn: { baseline: 2, final: 1 } }])],
  ])('%s does not fit', (_, report) => {
    expect(open(JSON.parse(JSON.stringify(report)))).toBe(false)
  })

  it('fields of later versions are allowed', () => {
    expect(open({ ...aReport([]), later: 1 })).toBe(true)
  })
})

describe('a report is plain data', () => {
  it('it comes back whole from structured clone and from JSON', () => {
    const values = fc.oneof(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withSparseArray: true, withTypedArray: true, withNullPrototype: true }), fc.constantFrom(() => 1, Symbol('s'), new Proxy({}, { ownKeys() { throw new Error('no') } })))
    const any = parameter('any', 0, anything)
    fc.assert(fc.property(values, (value) => {
      const report = aReport([build({ parameters: new Map([['any', any]]), startValues: {}, finalValues: { any: value },
        rounds: [{ state: 'kept', round: 1, before: 0, after: 1, candidates: 1, evaluations: 1, blame: [], reason: '', changes: [{ parameter: 'any', from: value, to: value }] }] })])
      expect(structuredClone(report)).toEqual(report)
      expect(parseReport(formatReport(report), 'x')).toEqual(report)
    }))
  })
  it('a cycle is cut, and shared data is not one', () => {
    const shared = { a: 1 }
    const cyclic: Record<string, unknown> = { one: shared, two: shared }
    cyclic['self'] = cyclic
    const any = parameter('any', 0, anything)
    const [report] = build({ parameters: new Map([['any', any]]), finalValues: { any: cyclic } }).parameters
    expect(report).toMatchObject({ to: { one: { a: 1 }, two: { a: 1 }, self: { $value: 'a cycle' } }, unsavable: 'a cycle' })
  })
})
