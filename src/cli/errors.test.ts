/** Mistakes and bugs read differently. Stage: cli. */
import { expect, test } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import { renderError } from './errors.ts'

test('a mistake shows code, message and hint, and no stack', () => {
  const error = new TraceEvalError('FLAG_VALUE', 'expected a number from 0 to 1, received "7"', { at: '--threshold', hint: 'Use 0.7.' })
  expect(renderError(error)).toEqual({ exitCode: 2, text: 'error FLAG_VALUE: expected a number from 0 to 1, received "7", at --threshold\n  Use 0.7.\n' })
})

test('what Vitest said is shown below a mistake, with the frames of the user\'s own code', () => {
  const cause = Object.assign(new Error('boom'), { stack: 'Error: boom\n    at /app/vitest.config.ts:3:7\n    at Array.map (<anonymous>)\n    at start (file:///app/node_modules/vitest/dist/cli.js:1:2)\n    at async node:internal/modules/esm/loader:636:32' })
  const error = new TraceEvalError('VITEST_START', 'expected Vitest to start', { cause })
  expect(renderError(error).text).toBe('error VITEST_START: expected Vitest to start\n  Error: boom\n      at /app/vitest.config.ts:3:7\n')
})

test('a bug shows its stack and how to report it, and exits with 4', () => {
  const bug = Object.assign(new TypeError('x is undefined'), { stack: 'TypeError: x is undefined\n    at run.ts:1:2' })
  expect(renderError(bug)).toEqual({ exitCode: 4, text: expect.stringMatching(/^error INTERNAL: this is a bug in trace-eval\n {2}TypeError: x is undefined\n {6}at run\.ts:1:2\n {2}Please report it/) })
})

test('a thrown value that is no error is shown', () => {
  expect(renderError('nope').text).toContain('  thrown: nope\n')
})

test('foreign text cannot move the cursor', () => {
  expect(renderError(new TraceEvalError('X', 'received \u001b[2J')).text).toBe('error X: received \\x1b[2J\n')
})
