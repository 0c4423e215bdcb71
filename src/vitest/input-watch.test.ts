/** Steps that change what they are given are told, once and with their place; all others are left alone. Stage: vitest. */
import { describe, expect, test } from 'vitest'
import { bundle } from '../graph/bundle.ts'
import { bundle as formed } from '../graph/bundle-forms.ts'
import { derive, node, type Node } from '../graph/node.ts'
import { parameter } from '../graph/parameter.ts'
import { inputsOf } from '../graph/inspect.ts'
import { op } from '../graph/operators/all.ts'
import { InputWatch, type ChangedInput } from './input-watch.ts'
import { runOneCase } from './one-case.ts'

const anything = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const

async function told(workflow: () => unknown): Promise<ChangedInput[]> {
  const changed: ChangedInput[] = []
  await runOneCase(async ({ run }) => void await run('') , { workflow, inputs: new InputWatch((input) => changed.push(input)) })
  return changed
}

const sort = bundle(function sort(items: number[]) { return items.sort() })

describe('a step that changes its input', () => {
  test('is told with the name of the input and where it is declared', async () => {
    const [only, ...more] = await told(() => sort(node([3, 1, 2], 'numbers')))
    expect([only, more]).toEqual([{ step: 'sort', input: 'numbers', isParameter: false, location: expect.objectContaining({ file: import.meta.filename, line: 20 }) }, []])
  })

  test('is told once for all runs', async () => {
    const changed: ChangedInput[] = []
    const inputs = new InputWatch((input) => changed.push(input))
    const workflow = () => [sort(node([2, 1], 'items')), bundle(function fresh(list: number[]) { return list.push(1) })(node([], 'list'))]
    for (let run = 0; run < 3; run++) await runOneCase(async ({ run: go }) => void await go(''), { workflow, inputs })
    expect(changed.map(({ step, input }) => [step, input])).toEqual([['sort', 'items'], ['fresh', 'list']])
  })

  test.each<[string, () => unknown, string]>([
    ['deep inside', () => bundle(function fill(order: { lines: Map<string, Set<number>> }) { order.lines.get('a')!.add(7) })(node({ lines: new Map([['a', new Set([1])]]) }, 'order')), 'order'],
    ['after an await', () => bundle(async function later(list: number[]) { await Promise.resolve(); list.push(1) })(node([], 'list')), 'list'],
    ['before it fails', () => { try { bundle(function fails(list: number[]) { list.push(1); throw new Error('no') })(node([], 'list')) } catch { /* told all the same */ } return 0 }, 'list'],
    ['as a method', () => node(new Map([['a', 1]]), 'prices').$.set('b', 2), 'prices'],
    ['within another step', () => bundle(function around(list: number[]) { return sort(list).value })(node([1, 3, 2], 'list')), 'list'],
    ['in a derive', () => node([2, 1], 'list').derive((list) => list.fill(0)), 'list'],
    ['with errors caught', () => formed((list: number[]) => list.push(1), { name: 'push', catchErrors: true })(node([], 'list')), 'list'],
  ])('is told %s', async (_, workflow, input) => expect((await told(workflow)).map((one) => one.input)).toContain(input))

  test('is told apart where the input is a parameter', async () => {
    const weights = parameter('weights', [1, 2], { schema: anything })
    expect(await told(() => bundle(function clear(list: unknown) { (list as number[]).length = 0 })(weights))).toMatchObject([{ input: 'weights', isParameter: true }])
  })
})

test('steps that leave their inputs alone, work on copies, or get what is no plain data are not told', async () => {
  class Counter { count = 0 }
  const list = node([3, 1, 2], 'list')
  const large = node(Array.from({ length: 5000 }, (_, index) => -index), 'large')
  const steps: (() => Node<unknown>)[] = [
    () => op.append(list, 1), () => op.toSorted(list), () => derive(() => [...list.value].sort()), () => list.derive((items) => items.toSorted()),
    () => formed((items: number[]) => items.sort(), { name: 'sort', snapshot: true })(list),
    () => bundle((counter: Counter) => { counter.count++ })(node(new Counter())),
    () => bundle((items: number[]) => items.sort())(large),
  ]
  expect(await told(() => steps.map((step) => step().value))).toEqual([])
})

describe('a list or object that is no node', () => {
  const chat = bundle(function chat(messages: string[]) { return `${messages.length}` })
  const recorded = (of: Node<unknown>): unknown => inputsOf(of).get('messages')

  test('is recorded as it was given, though the program goes on with it, and the function gets the one it was given', async () => {
    const messages = ['hello']
    const made: Node<unknown>[] = []
    const workflow = (): Node<unknown>[] => {
      made.push(chat(messages))
      messages.push('and then?')
      made.push(chat(messages), bundle(function own(list: string[]) { return list.push('mine') }, { inputs: ['messages'] })(messages))
      return made
    }
    expect(await told(workflow)).toEqual([])
    expect([made.map(recorded), messages]).toEqual([[['hello'], ['hello', 'and then?'], ['hello', 'and then?']], ['hello', 'and then?', 'mine']])
  })

  test('is recorded as it is where it is large, and after many copies in one run', async () => {
    const large = Array.from({ length: 3000 }, String)
    const some = Array.from({ length: 1900 }, String)
    const same: boolean[] = []
    await told(() => {
      same.push(recorded(chat(large)) === large, recorded(chat(some)) === some)
      for (let call = 0; call < 120; call++) chat(some)
      same.push(recorded(chat(some)) === some)
    })
    expect(same).toEqual([true, false, true])
  })

  test('is recorded as it is outside of runs', () => {
    const messages = ['hello']
    expect(recorded(chat(messages))).toBe(messages)
  })
})
