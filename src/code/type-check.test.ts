/** Type errors of proposed code are told with their line, by the project's own TypeScript. Stage: code. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { typeCheck } from './type-check.ts'

const types = 'interface Order { total: number }'
const signature = 'function sum(order: Order): number {'

test('a misspelt property is told with its line and column', () => {
  expect(typeCheck(`${signature}\n  return order.totl\n}`, { types, signature })).toEqual([
    "2:16 Property 'totl' does not exist on type 'Order'. Did you mean 'total'?",
  ])
})

test('what the sandbox does not have is a type error', () => {
  expect(typeCheck(`${signature}\n  fetch('/')\n  return process.pid\n}`, { types, signature })).toEqual([
    "2:3 Cannot find name 'fetch'.", expect.stringMatching(/^3:10 Cannot find name 'process'\./),
  ])
})

test('right code has no problems, with helpers and with parameters without types', () => {
  expect(typeCheck(`function twice(x) { return x * 2 }\n${signature}\n  return twice(order.total)\n}`, { types, signature })).toEqual([])
})

test('comments that switch the check off do not', () => {
  const wrong = `${signature}\n  // @ts-ignore\n  return order.totl // @ts-expect-error\n}`
  expect(typeCheck(`// @ts-nocheck\n${wrong}`, { types, signature })).toEqual(["4:16 Property 'totl' does not exist on type 'Order'. Did you mean 'total'?"])
})

test.each([signature, 'const sum = async (order: Order): Promise<number> =>'])('%s: types of another file are not known, so nothing is said', (unknown) => {
  const source = unknown.endsWith('{') ? `${unknown} return order.totl }` : `${unknown} order.totl`
  expect([typeCheck(source, { signature: unknown }), typeCheck(source, { types, signature: unknown })?.length]).toEqual([undefined, 1])
})

test('without TypeScript nothing is checked', () => {
  const root = mkdtempSync(join(tmpdir(), 'no-typescript-'))
  try { expect(typeCheck(`${signature} return order.totl }`, { types, root })).toBeUndefined() } finally { rmSync(root, { recursive: true }) }
})
