/** What is taken for a reply. Stage: llm. */
import { expect, test } from 'vitest'
import type { Model, ModelReply } from '../model.ts'
import { callModel } from './call-model.ts'
import { checkShape } from './reply-shape.ts'

const reply = (text: string): ModelReply => ({ text, finish: 'stop' })

test.each([
  ['a'.repeat(12), 12, true], ['a'.repeat(13), 12, false], ['é'.repeat(6), 12, true], ['é'.repeat(7), 12, false], ['語'.repeat(4), 12, true], ['語'.repeat(5), 12, false], ['😀'.repeat(3), 12, true], ['😀'.repeat(4), 12, false],
])('%s has room in %d bytes: %s', (text, maxResponseBytes, fits) => {
  const check = (): ModelReply => checkShape(reply(text), { maxResponseBytes })
  if (fits) expect(check().text).toBe(text)
  else expect(check).toThrow('the answer is longer than 12 bytes')
})

test('calls count as what they are as JSON', () => {
  const calls: ModelReply = { text: '', finish: 'tool-calls', toolCalls: [{ id: 'call_1', name: 'save', arguments: { note: 'n'.repeat(100) } }] }
  expect(() => checkShape(calls, { maxResponseBytes: 100 })).toThrow('the answer is longer than 100 bytes')
  expect(checkShape(calls, { maxResponseBytes: 200 })).toBe(calls)
})

test('an answer of any client is refused above 8 MB, or above what its model allows', async () => {
  const long = (bytes: number, more: Partial<Model> = {}): Promise<ModelReply> =>
    callModel({ name: 'own', send: async () => reply('a'.repeat(bytes)), ...more }, { messages: [{ role: 'user', content: 'hello' }] }, { attempts: 1 })
  await expect(long(8 * 2 ** 20 + 1)).rejects.toMatchObject({ code: 'MODEL_MALFORMED', message: expect.stringContaining('expected an answer of the model, received: the answer is longer than 8388608 bytes, at model "own"') as string })
  await expect(long(11, { maxResponseBytes: 10 })).rejects.toMatchObject({ code: 'MODEL_MALFORMED' })
  expect((await long(8 * 2 ** 20)).text.length).toBe(8 * 2 ** 20)
  expect((await long(9 * 2 ** 20, { maxResponseBytes: 10 * 2 ** 20 })).text.length).toBe(9 * 2 ** 20)
})
