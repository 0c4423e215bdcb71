/** What a person sees at the end of a run. Stage: reporters. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GateReport, ParameterReport, RunReport, WorkflowReport } from '../src/report/run-report.ts'
import { unpainted } from './ansi.ts'
import { displayWidth } from './display-width.ts'
import type { RenderOptions } from './layout.ts'
import { reporterContract } from './reporter-contract.ts'
import { aFailure, aFirstRun, aGain, anError, sampleRuns } from './sample-reports.ts'
import { renderPlan, renderRun, renderWorkflow } from './terminal.ts'

const anyCharacter = fc.nat({ max: 0x10_ffff }).map((code) => String.fromCodePoint(code))

const renderAll = (run: RunReport, options: RenderOptions): string => [
  ...run.workflows.map((one) => renderPlan({ workflow: one.name, ...one.cases, plan: one.plan }, options)),
  ...run.workflows.map((one) => renderWorkflow(one, options)), renderRun(run, options),
].join('')

reporterContract('the terminal', renderAll)

it.each(Object.keys(sampleRuns))('%s looks like its file', async (title) => {
  await expect(renderAll(sampleRuns[title]!, {})).toMatchFileSnapshot(`__snapshots__/${title.replaceAll(' ', '-')}.txt`)
})

it('a plan says what will be spent', () => {
  expect(renderPlan({ workflow: 'ticket routing', ...aGain.cases, plan: aGain.plan })).toBe(
    ' ticket routing   60 cases (36 to learn from, 24 held out)\n   at most 10 rounds, 600 evaluations, 10 min 0 s\n')
  expect(renderPlan({ workflow: 'w', total: 1, learn: 1, heldOut: 0, plan: { ...aGain.plan, optimizes: false } })).toBe(' w   1 case   measures without optimizing\n')
})

it('a wide terminal gets the plan in one line', () => {
  expect(renderPlan({ workflow: 'ticket routing', ...aGain.cases, plan: aFirstRun.plan }, { columns: 120 })).toBe(
    ' ticket routing   60 cases (36 to learn from, 24 held out)   at most 10 rounds, 300 evaluations\n')
})

describe('the verdict', () => {
  const labelOf = (report: Partial<WorkflowReport>): string => / (PASS|FAIL|ERROR|UNGATED|PARTIAL)  /.exec(renderWorkflow({ ...aFirstRun, ...report }))![1]!
  it.each([
    ['pass', true, 'PASS'], ['fail', false, 'FAIL'], ['inconclusive', true, 'PASS'], ['inconclusive', false, 'FAIL'],
    ['ungated', true, 'UNGATED'], ['partial', true, 'PARTIAL'], ['error', false, 'ERROR'],
  ] as const)('%s with passed %s is shown as %s', (verdict, passed, label) => {
    expect(labelOf({ verdict, passed })).toBe(label)
  })
})

describe('what to do next', () => {
  const arrows = (report: Partial<WorkflowReport>): string => renderWorkflow({ ...aGain, ...report }).replace(/\n {3,}/g, ' ').split('\n').filter((line) => line.startsWith(' →')).join('\n')

  it('a gain that passed can be accepted', () => {
    expect(arrows({})).toBe(' → `npx trace-eval accept` saves `instructions`, `minConfidence` and `shots` to evals/route.params.json')
  })
  it('a gain that did not pass takes --force', () => {
    expect(arrows({ verdict: 'fail', passed: false })).toBe(' → not good enough to save; `npx trace-eval accept --force` saves `instructions`, `minConfidence` and `shots` all the same')
  })
  it('a partial run names the whole one', () => {
    expect(arrows({ parameters: [], verdict: 'partial' })).toBe(' → run without filters to optimize and to gate')
  })
})

it('an error that kept a workflow from being measured stands once, at the verdict, with its hint and place', () => {
  const problem = { code: 'GATE_OPTIONS', level: 'error', message: 'expected a threshold between 0 and 1, received 1.5\n  Write 0.015 for 1.5 %.', location: { file: 'a.eval.ts', line: 7, column: 1 } } as const
  const report: WorkflowReport = { ...aFirstRun, verdict: 'error', passed: false, reason: 'expected a threshold between 0 and 1, received 1.5', problems: [problem], caseResults: [], parameters: [], checks: [], rounds: [], leaks: [] }
  const text = renderWorkflow(report)
  expect(text).toContain(' ERROR  expected a threshold between 0 and 1, received 1.5\n     Write 0.015 for 1.5 %. (a.eval.ts:7:1)\n')
  expect(text.match(/received 1\.5/g)).toHaveLength(1)
})

it('where nothing could be measured, the cases that ran say why', () => {
  const unmeasured = (id: string, message?: string): WorkflowReport['caseResults'][number] => ({
    id, title: id, split: 'learn', tags: [], before: null, after: null, change: 'same', feedback: message === undefined ? [] : [{ kind: 'error', message, soft: false }], feedbackBefore: [], unscored: message ?? 'it did not run', durationMs: 1,
  })
  const report: WorkflowReport = { ...anError, stopReason: 'no-candidates', caseResults: [unmeasured('c 1', 'Connection error.'), unmeasured('c 2')] }
  expect(renderWorkflow(report)).toContain('   1 case could not be measured\n     ? c 1  n/a\n       Connection error.\n')
  expect(renderWorkflow({ ...report, stopReason: 'interrupted' })).not.toContain('could not be measured\n')
  // What failed beside that is not why.
  const judged = { ...unmeasured('c 1', 'must thank: expected "no" to contain "thank"'), unscored: 'judge "polite": no answer' }
  expect(renderWorkflow({ ...report, caseResults: [judged] })).toContain('     ? c 1  n/a\n       judge "polite": no answer\n')
})

it('a case that fails without any round does so, and not "as before"', () => {
  const failing = { ...aFirstRun, caseResults: aFirstRun.caseResults.map((one) => ({ ...one, before: 0, after: 0, change: 'same' as const })) }
  const count = failing.caseResults.length
  expect(renderWorkflow({ ...failing, rounds: [] })).toContain(`   ${count} cases fail\n`)
  expect(renderWorkflow({ ...failing, rounds: aGain.rounds })).toContain(`   ${count} cases fail as before\n`)
})

it('a run without rounds measured once, and its table says so', () => {
  const checks = [{ name: 'polite', kind: 'check', before: 0.5, after: 0.5, n: 4, failedBefore: 2, failedAfter: 2 }] as const
  expect(renderWorkflow({ ...aFirstRun, checks, rounds: [] })).toContain('   check or assertion   held   failing cases\n   polite               0.50          2 of 4\n')
  expect(renderWorkflow({ ...aFirstRun, checks, rounds: aGain.rounds })).toMatch(/ before +after +change +failing cases\n +polite +0\.50 +0\.50 +2 → 2 of 4\n/)
})

it('the first line of a file is no place beside its name', () => {
  const problem = { code: 'EVAL_FILE', level: 'error', message: 'a.eval.ts could not be loaded: boom, at parameter "k" (a.eval.ts:7:12)', location: { file: 'a.eval.ts', line: 1, column: 1 } } as const
  expect(renderRun({ ...sampleRuns['a gain']!, problems: [problem] })).toContain('at parameter "k" (a.eval.ts:7:12)\n')
})

it('texts that stay as they are get one note for the whole run, with how to connect a model', () => {
  const parameters = [{ name: 'prompt', kind: 'text', from: 'a', to: 'a', changed: false, optimized: false, blamedCases: 1 } as const]
  const noteOf = (report: Partial<WorkflowReport>): string[] => {
    const workflows = [{ ...aGain, ...report }, { ...aGain, ...report }]
    return renderRun({ ...sampleRuns['a gain']!, workflows }).replace(/\n {3,}/g, ' ').split('\n').filter((line) => line.includes('note:'))
  }
  expect(noteOf({ parameters })).toEqual([' note: `prompt` is a text and stays as it is: writing takes a model. '
    + 'Name one in TRACE_EVAL_MODEL, with OPENAI_API_KEY, or OPENAI_BASE_URL for any compatible server, a local one included.'])
  const code = { ...parameters[0]!, name: 'greet', kind: 'code' } as const
  expect(noteOf({ parameters: [code] })[0]).toContain('`greet` is code and stays as it is: writing takes a model.')
  expect(noteOf({ parameters: [...parameters, code] })[0]).toContain('`prompt` and `greet` are texts and code and stay as they are: writing takes a model.')
  expect(noteOf({ parameters, plan: { ...aGain.plan, optimizes: false }, stopReason: 'not-optimized' })).toEqual([])
})

it('a report right below its plan does not repeat name, cases and file', () => {
  const whole = renderWorkflow(aGain)
  const head = '\n ticket routing   60 cases (36 to learn from, 24 held out)   evals/route.eval.ts\n'
  expect(whole.startsWith(head)).toBe(true)
  expect(renderWorkflow(aGain, { belowPlan: true })).toBe(whole.slice(head.length))
})

it('an unmeasured workflow shows its problem and no score', () => {
  expect(renderWorkflow(anError)).not.toMatch(/\d\.\d\d/)
})

it('a run that was stopped before the verdict says so, shows what it found, and lists no case that it did not get to', () => {
  const caseResults = aFailure.caseResults.map((one) => ({ ...one, after: null, unscored: 'it did not run with the final values' }))
  const parameters = aFailure.parameters.map((one) => ({ ...one, to: 0.9, changed: true }))
  const text = renderWorkflow({ ...aFailure, verdict: 'error', reason: 'no verdict: interrupted before the held-out cases ran', stopReason: 'interrupted', final: { ...aFailure.final, n: 0 }, caseResults, parameters, rejected: undefined as never })
  expect(text.slice(text.indexOf('   interrupted'))).toBe([
    '   interrupted: the best values so far are kept, 940 of 2,000 evaluations,', '   4.2 s', '',
    '   check or assertion                 before   after   change    failing cases',
    '   toBe at evals/spam.eval.ts:14:20     0.84    0.84            31 → 31 of 200', '',
    '   weights.links  0.5 → 0.9', '',
    ' STOPPED  no verdict: interrupted before the held-out cases ran',
    ' → run again to have the best values so far judged;',
    '   `npx trace-eval accept --force` saves them unjudged', '', ''].join('\n'))
})

it('values that did not hold on held-out cases are told', () => {
  expect(renderWorkflow(aFailure)).toContain('not adopted: on held-out cases the best values score 0.85 → 0.84, so the\n   starting values stay')
})

it('no line is wider than the terminal, whatever the texts are', () => {
  const unit = fc.oneof(
    fc.constantFrom('a', ' ', '  ', '漢', '한글', '🎉', '👨‍👩‍👧', '❤️', 'é', 'e\u0301', '\n', '\t', '::', '\u001b[31m', '\u202e', 'ａ', '🇩🇪', '##[x]', 'word ', '-', '_'), fc.string({ unit: anyCharacter, maxLength: 3 }))
  const text = fc.oneof(fc.array(unit, { maxLength: 60 }).map((parts) => parts.join('')), fc.constantFrom('x'.repeat(200), '漢'.repeat(100), ''))
  fc.assert(fc.property(fc.array(text, { minLength: 12, maxLength: 12 }), fc.integer({ min: 60, max: 130 }), fc.nat(3), (texts, columns, which) => {
    const report = [aGain, aFailure, aFirstRun, anError][which]!
    const run = { ...sampleRuns['a gain']!, workflows: [withTexts(report, texts), withTexts(report, texts)] }
    const lines = unpainted(renderAll(run, { columns, color: true })).split('\n')
    expect(lines.filter((line) => displayWidth(line) > columns || /^\s*::/.test(line))).toEqual([])
  }), { numRuns: 40 })
})

const fixed = ['kind', 'verdict', 'level', 'split', 'change', 'how', 'stopReason', 'optimizer']

/** `report` with every free text replaced by the next of `texts`. */
function withTexts(report: WorkflowReport, texts: readonly string[]): WorkflowReport {
  let next = 0
  const inside = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return fixed.includes(key) ? value : texts[next++ % texts.length]
    if (Array.isArray(value)) return value.map((item) => inside(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inside(item, name)]))
  }
  return inside(report) as WorkflowReport
}

it('idle rounds in a row share a line, a round that was kept never does', () => {
  const [report] = sampleRuns['a gain']!.workflows as [WorkflowReport]
  const idle = { ...report.rounds[1]!, reason: '3 candidates, none better', candidates: 3 }
  const rounds = [report.rounds[0]!, ...[2, 3, 4].map((round) => ({ ...idle, round })), { ...report.rounds[2]!, round: 5 }, { ...idle, round: 6 }]
  const lines = renderWorkflow({ ...report, rounds }, {}).split('\n').filter((line) => /^ +rounds? \d/.test(line)).map((line) => line.trim().replaceAll(/ {2,}/g, '  '))
  expect(lines).toEqual([
    'round 1  0.61 → 0.72  +0.11  kept  instructions',
    'rounds 2–4  0.72 → 0.72  not kept  9 candidates, none better',
    'round 5  0.72 → 1.00  +0.28  kept  instructions, minConfidence and',
    'round 6  0.72 → 0.72  not kept  3 candidates, none better',
  ])
})

it('several gates stand below the verdict, each whole', () => {
  const [own] = aGain.gates as [GateReport]
  const change: GateReport = { ...own, what: 'score of tag "billing"', kind: 'max-regression', rule: 'at most 0.02 worse than the start', mark: 0.02, against: 'start', verdict: 'fail', passed: false, value: -0.1, lower: -0.2, upper: -0.03 }
  const broken: GateReport = { ...own, what: 'check "\u001b[2J"', metric: 'check', verdict: 'error', passed: false, value: null, lower: null, upper: null, n: 0 }
  const gates: GateReport[] = [own, change, { ...own, what: 'check "polite"', metric: 'check', rule: 'at least 0.95', mark: 0.95, verdict: 'pass', value: 0.98, lower: 0.96, upper: 0.99 }, broken]
  const lines = renderWorkflow({ ...aGain, gates }).split('\n')
  const at = lines.findIndex((line) => line.includes('score at least 0.90'))
  expect(lines.slice(at, at + 5)).toEqual([
    '   ~ score at least 0.90                   0.92, 0.76 to 0.98   open, passed',
    '   ✗ score of tag "billing" at most 0.02   -0.10, -0.20 to -0.03   fail',
    '     worse than the start',
    '   ✓ check "polite" at least 0.95          0.98, 0.96 to 0.99   pass',
    '   ? check "\\x1b[2J" at least 0.90         n/a   error',
  ])
  expect(renderWorkflow(aGain)).not.toContain('score at least')
})

it('where cases ran several times, it says how far one can rely on a pass', () => {
  const trials = { k: 3, before: { passAtK: 0.8, passHatK: 0.4, n: 24 }, after: { passAtK: 0.95, passHatK: 0.7, n: 24 } }
  const text = renderWorkflow({ ...aGain, trials })
  expect(text).toMatch(/pass@3 +0\.80 → 0\.95 +\+0\.15\n +pass\^3 +0\.40 → 0\.70 +\+0\.30\n/)
})

describe('changed numbers and choices', () => {
  const changed = (name: string, from: unknown, to: unknown, kind: ParameterReport['kind'] = 'number'): ParameterReport => ({ ...aGain.parameters[0]!, name, kind, from, to, changed: true })

  it('stand one below the other, with the digits that tell them apart', () => {
    const parameters = [changed('weight', -1.16, -0.03499999999999992), changed('limit', 0.1234561, 0.1234562), changed('mode', 'a', 'b', 'choice'), changed('tone', 'Be kind.', 'Be brief.', 'text'), changed('last', 1, 2)]
    expect(renderWorkflow({ ...aGain, parameters }, { columns: 80 })).toContain('\n\n   weight  -1.16 → -0.035\n   limit  0.1234561 → 0.1234562\n   mode  "a" → "b"\n\n   tone (text')
    expect(renderWorkflow({ ...aGain, parameters }, { columns: 80 })).toContain('\n\n   last  1 → 2\n\n')
  })
})
