/** What accepting says. Stage: cli. */
import { expect, test } from 'vitest'
import { acceptExitCode, acceptText } from './accept.ts'

const saved = {
  workflow: 'routing', file: 'evals/route.eval.ts', paramsFile: 'evals/route.params.json', unreached: ['old'],
  parameters: [{ name: 'minConfidence', from: 0.5, to: 0.62 }, { name: 'model', from: 'small', to: 'large\u001b[2J' }],
}
const refused = (code: 'unchanged' | 'not-adopted' | 'not-passed' | 'not-measured' | 'unsavable' | 'file-gone') => ({ workflow: 'spam', file: 'evals/spam.eval.ts', code, reason: 'its final values are those it started with' })

test('every saved value is shown, and every reason why not', () => {
  expect(acceptText({ accepted: [saved], refused: [refused('unchanged')] })).toBe([
    'saved      routing: evals/route.params.json',
    '  minConfidence  0.5 → 0.62',
    '  model          "small" → "large\\u001b[2J"',
    '  kept as it was, as this run did not use it: old',
    'not saved  spam: its final values are those it started with', '',
  ].join('\n'))
})

test.for([['unchanged', 0], ['not-adopted', 0], ['not-passed', 1], ['not-measured', 4], ['unsavable', 2], ['file-gone', 2]] as const)('%s exits with %i', ([code, expected]) => {
  expect(acceptExitCode({ accepted: [], refused: [refused('unchanged'), refused(code)] })).toBe(expected)
})

test('code is named with where it went, and not cut to one line', () => {
  const source = { name: 'pick', from: 'function pick() { return 1 }', to: 'function pick() { return 2 }', code: true }
  expect(acceptText({ accepted: [{ ...saved, parameters: [source], unreached: [] }], refused: [] })).toBe('saved      routing: evals/route.params.json\n  pick  code, in a file of its own beside it\n')
})
