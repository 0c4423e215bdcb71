import { afterAll, describe, expect, test } from 'vitest'
import { attacks, type Attack } from './attacks.ts'
import { CodeError, createCodeRunner, type CodeRunner, type Isolation } from './runner.ts'

// Never to be seen by code, in no form.
const secret = 'a-secret-of-this-process'

describe.each(['sandbox', 'worker'] as const)('under %s', (isolation: Isolation) => {
  const make = (timeMs: number) => createCodeRunner({ isolation, limits: { timeMs, memoryMb: 24 }, host: { echo: (value: unknown) => value } })
  // Where time is not the point, a busy machine shall not make it one.
  const [hurried, patient] = [make(30), make(3000)]
  const runnerOf = ({ expect: wanted }: Attack): CodeRunner => ('codes' in wanted && wanted.codes.includes('CODE_TIMEOUT') ? hurried : patient)
  afterAll(() => { for (const runner of [hurried, patient]) runner.dispose() })
  process.env['TRACE_EVAL_ATTACKED'] = secret

  const outcome = async (attack: Attack): Promise<unknown> => {
    try {
      return { value: await runnerOf(attack).call(attack.source, 'attack', []) }
    } catch (error) {
      if (!(error instanceof CodeError)) throw error
      expect(error.message).not.toContain(secret)
      return { codes: [error.code] }
    }
  }

  test.each(attacks.filter(({ needsWorker }) => isolation === 'worker' || needsWorker !== true))('$kind: $name', async (attack) => {
    const came = await outcome(attack)
    const { expect: wanted } = attack
    if ('value' in wanted) expect(came).toEqual(wanted)
    else expect(wanted.codes.map((code) => ({ codes: [code] }))).toContainEqual(came)
    // The next call sees nothing of it, and this process neither.
    expect(await runnerOf(attack).call('function next() { return [typeof leak, typeof [].leak, [1].map((x) => x + 1)[0], String({}), [...[3]].length] }', 'next', []))
      .toEqual(['undefined', 'undefined', 2, '[object Object]', 1])
    expect('leak' in {}).toBe(false)
  })
})

test('the list has every kind, forty programs at least, and each name once', () => {
  expect(attacks.length).toBeGreaterThanOrEqual(40)
  expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length)
  expect([...new Set(attacks.map(({ kind }) => kind))].sort()).toEqual(['error', 'escape', 'host', 'memory', 'result', 'stack', 'tamper', 'time'])
})
