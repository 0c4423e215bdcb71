/** Names of workflows and cases as people type them. Stage: cli. */
import { expect, test } from 'vitest'
import { namedOrRefuse } from './named.ts'

const all = ['ticket routing', 'routing', 'spam filter', 'Spam rules']
const find = (wanted: string): string => namedOrRefuse('workflow', wanted, all, (name) => [name])

test('a whole name comes before names that contain it, and a part is enough where only one has it, in any case', () => {
  expect(find('routing')).toBe('routing')
  expect(find('ticket')).toBe('ticket routing')
  expect(find('FILTER')).toBe('spam filter')
})

test('a part of several names, an empty one and an unknown one are refused', () => {
  expect(() => find('spam')).toThrow('expected a workflow of the last run, received "spam"\n  It had "ticket routing", "routing", "spam filter", "Spam rules".')
  expect(() => find('')).toThrow('received ""')
  expect(() => find('rooting')).toThrow('received "rooting"\n  Did you mean "routing"?')
})
