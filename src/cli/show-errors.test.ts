/** What of an error a person sees. Stage: cli. */
import { expect, test } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import { withoutOurs } from './show-errors.ts'

const frames = [{ file: '/app/node_modules/trace-eval/src/graph/parameter.ts' }, { file: '/app/a.eval.ts' }]
const stack = 'TraceEvalError [PARAMETER_VALUE]: expected a number\n    at check (/app/node_modules/trace-eval/dist/index.js:1:2)\n    at /app/a.eval.ts:7:12'

test('a mistake that we refused shows the frames of the user\'s code, and its words once', () => {
  const error = { ...new TraceEvalError('PARAMETER_VALUE', 'expected a number', { at: 'parameter "k"' }), name: 'TraceEvalError [PARAMETER_VALUE]', message: 'expected a number', stack, stacks: frames }
  expect(withoutOurs(error)).toEqual({ name: error.name, message: error.message, stack: stack.replace(/\n.*node_modules.*/, ''), stacks: [frames[1]] })
})

test('any other error stays as it is', () => {
  const error = { name: 'TypeError', message: 'x is undefined', stack, stacks: frames, code: 7 }
  expect(withoutOurs(error)).toBe(error)
})
