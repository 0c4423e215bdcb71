/** What watch mode says about its keys. Stage: cli. */
import { expect, test } from 'vitest'
import { keysText } from './watch-keys.ts'

test('the keys fit into one line of a terminal', () => {
  expect(` ${keysText}`.length).toBeLessThanOrEqual(80)
})
