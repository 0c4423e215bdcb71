import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { backward, bundle, exceptionNodeOf, node, op, originOf, parameter, reachedParameters, t, untraced, type Node } from '../src/index.ts'
import { bundle as formed } from '../src/bundles.ts'
import { parametersOf } from '../src/modules.ts'
import { readEdits } from '../src/optimize/writing/answer-edits.ts'
import { copyOf, describeException, fromTgj, inputsOf, levelsOf, mergeFeedback, opro, optoPrime, sumPropagator, toTgj, type Optimizer } from '../src/optimizers.ts'
import { replyWorld, scriptedModel } from '../src/testing/reply-world.ts'
import { InputWatch, type ChangedInput } from '../src/vitest/input-watch.ts'
import { runOneCase } from '../src/vitest/one-case.ts'

// The defects of another library of this family that were found by running it, in our form.

const failureOf = (run: () => unknown): { error: unknown; failed: Node<string> } => {
  try { run() } catch (error) { return { error, failed: exceptionNodeOf(error)! } }
  throw new Error('expected a failure')
}
const named = (outputs: readonly Node<unknown>[]): string[] => reachedParameters(outputs).map(({ name }) => name)

describe('graphs', () => {
  test('D1: hold every node after all of its inputs, so that no computed value looks given', () => {
    const a = parameter('a', 1)
    const joined = op.add(op.multiply(op.add(a, 1), 2), op.add(a, 3))
    const { nodes, boundary } = backward(op.add(joined, op.add(a, 1)), 'x').parameters[0]!.graph
    for (const [position, of] of nodes.entries()) {
      for (const input of inputsOf(of).values()) if (nodes.includes(input as Node<unknown>)) expect(nodes.indexOf(input as Node<unknown>)).toBeLessThan(position)
    }
    expect([nodes.length, boundary]).toEqual([6 + 1, []])
  })

  test('D2: of 5,000 joined branches have each node once; what reaches the parameter is found without walking any path twice', () => {
    const start = parameter('start', 0)
    let end: Node<number> = op.add(start, 0)
    for (let i = 0; i < 5000; i++) end = op.add(op.add(end, 0), op.add(end, 0))
    // As many paths as 2 to the power of 5,000: a walk along paths would never end.
    const [only] = backward(end, 'too low').parameters
    expect([only!.graph.nodes.length, levelsOf([end]).get(end)]).toEqual([2 + 3 * 5000, 1 + 2 * 5000])
  })

  test('D6, D19: written down, have names that never collide, also with spaces, colons and digits at the end', () => {
    const names = ['x', 'x', 'x1', 'x.1', 'x:1', 'x 1', 'my prompt', 'my_prompt', '__proto__', '']
    const given = names.map((name, index) => node(index, name))
    const document = toTgj(bundle(function all(...list: number[]) { return list.length })(...given))
    expect(new Set(document.nodes.map(({ id }) => id)).size).toBe(names.length + 1)
    const read = fromTgj(JSON.parse(JSON.stringify(document))).exports.get('result')!
    expect([...inputsOf(read).values()].map((input) => (input as Node<number>).value)).toEqual(given.map(({ value }) => value))
    expect([...inputsOf(read).values()].map((input) => (input as Node<number>).name)).toEqual(names)
  })

  test('D20: keep the dependency of nodes that stand inside a list, a map or an object', () => {
    const weight = parameter('weight', 2)
    expect(named([op.add(node([weight]).$[0]!, 1)])).toEqual(['weight'])
    expect(named([node(new Map([['w', weight]])).$.get('w')])).toEqual(['weight'])
    expect(named([bundle(function first(list: { at: number }[]) { return list[0]!.at })([{ at: weight }])])).toEqual(['weight'])
  })
})

describe('backward', () => {
  test('D3: sums feedback along the ways', () => {
    const weight = parameter('weight', 2)
    expect(backward(op.add(op.multiply(weight, 3), weight), 0.5, { propagator: sumPropagator() }).parameters.map(({ feedback }) => feedback)).toEqual([1])
  })

  test('D14: takes different feedback before one step, a second pass, and a graph without parameters', () => {
    const tone = parameter('tone', 'kind')
    const [first, second] = [t`${tone} a`, t`${tone} b`]
    const passes = [backward(first, 'too long'), backward(second, 'too short'), backward(first, 'too long')]
    expect(mergeFeedback(...passes).parameters.map(({ feedback }) => feedback.map((one) => one.feedback.message))).toEqual([['too long', 'too short']])
    expect(backward(op.add(1, 2), 'no parameter').parameters).toEqual([])
  })
})

describe('steps', () => {
  test('D4: of one bundle that run at the same time have their own inputs', async () => {
    const wait = bundle(async function wait(x: number, ms: number) { await sleep(ms); return x })
    const made = await Promise.all([wait(1, 5), wait(2, 1)])
    expect(made.map((of) => Object.fromEntries(inputsOf(of)))).toEqual([{ x: 1, ms: 5 }, { x: 2, ms: 1 }])
  })

  test('D5: that fail inside a step throw the original error, and the feedback reaches the parameters of both', () => {
    const [deep, wide] = [parameter('deep', 3), parameter('wide', 1)]
    const original = new RangeError('too deep')
    const inner = bundle(function inner(): number { if (deep.value > 1) throw original; return 0 })
    const outer = bundle(function outer(x: number) { return inner().value + x })
    const { error, failed } = failureOf(() => outer(wide))
    expect([error === original, failed.name, named([failed]).sort()]).toEqual([true, 'outer', ['deep', 'wide']])
    expect(backward(failed, describeException(failed)).parameters).toHaveLength(2)
  })

  test('D7: that throw without a message, or no error at all, are failed steps as any other', () => {
    const fails = bundle(function fails(thrown: unknown): number { throw thrown })
    expect(failureOf(() => fails(new TypeError())).failed.value).toBe('(TypeError) ')
    expect(describeException(failureOf(() => fails(new TypeError())).failed)).toContain('(TypeError)\n')
    expect(failureOf(() => fails(Object.freeze({ status: 500 }))).failed.value).toBe('(object) [object Object]')
    expect(() => fails(undefined)).toThrow()
  })

  test('D11: inside an untraced part stay untraced after an inner one has ended', () => {
    const one = parameter('one', 1)
    const kinds = untraced(() => [untraced(() => op.add(one, 1)), op.add(one, 1)]).map((of) => originOf(of).kind)
    expect([kinds, originOf(op.add(one, 1)).kind]).toEqual([['value', 'value'], 'message'])
  })

  test('D18: that change a value in place work on a copy where they say so, and leave the recorded input as it was', () => {
    const list = node([3, 1, 2], 'list')
    const sort = (items: number[]): number[] => items.sort()
    expect([bundle(sort)(copyOf(list)).value, formed(sort, { snapshot: true })(list).value, list.value]).toEqual([[1, 2, 3], [1, 2, 3], [3, 1, 2]])
  })

  test('D18: that change a recorded input are told in a run, by default', async () => {
    const told: ChangedInput[] = []
    const workflow = () => bundle(function sorted(items: number[]) { return items.sort() })(node([3, 1, 2], 'list'))
    await runOneCase(async ({ run }) => void await run(''), { workflow, inputs: new InputWatch((input) => told.push(input)) })
    expect(told).toMatchObject([{ step: 'sorted', input: 'list' }])
  })

  test('D21: need no source file, and looking for parameters calls no getter', () => {
    // oxlint-disable-next-line no-implied-eval, no-new-func
    const made = new Function('a', 'b', 'return a + b') as (a: number, b: number) => number
    expect([...inputsOf(bundle(made)(1, 2)).keys()]).toEqual(['a', 'b'])
    expect([...inputsOf(bundle(Math.max)(1, 2)).keys()]).toEqual(['arg0', 'arg1'])
    class Agent {
      tone = parameter('tone', 'kind')
      get expensive(): unknown { throw new Error('called') }
    }
    expect(Object.keys(parametersOf(new Agent()))).toEqual(['tone'])
  })
})

describe('proposed values', () => {
  test('D8: of another type are refused, and never converted', () => {
    const retries = parameter('retries', 2, { range: [0, 5], integer: true })
    const labels = parameter('labels', ['a'], { schema: z.array(z.string()) })
    const wrong: [{ check(value: unknown): unknown }, unknown][] = [
      [retries, 'abc'], [retries, 2.9], [retries, '2'], [labels, 'ab'], [parameter('strict', true), 'no'], [parameter('tone', 'kind'), null], [parameter('tone', 'kind'), 5],
    ]
    for (const [of, value] of wrong) expect(() => of.check(value)).toThrow(expect.objectContaining({ code: 'PARAMETER_VALUE' }))
  })

  const specs = ['q0', 'p0'].map((name) => ({ name, description: undefined, domain: { kind: 'text' as const }, check: (value: unknown) => ({ value }) }))
  const read = (text: string) => readEdits({ text, finish: 'stop' } as never, { values: { q0: '', p0: '' }, editable: specs as never }).changes

  test('D9: stay with their own names where an answer is no clean JSON', () => {
    expect([...read('{"q0":"unterminated","p0":"7"}, oops')]).toEqual([['q0', 'unterminated'], ['p0', '7']])
  })

  test('D10: count whatever words the reasoning uses', () => {
    expect([...read('I could TERMINATE here, but:\n<component name="q0">better</component>')]).toEqual([['q0', 'better']])
  })
})

describe('questions to a model', () => {
  const ask = async (make: (model: ReturnType<typeof scriptedModel>) => Optimizer, world = replyWorld(), ...views: Parameters<ReturnType<typeof replyWorld>['view']>): Promise<string> => {
    const model = scriptedModel(() => '<variable name="limit">0.2</variable><component name="limit">0.2</component>')
    await make(model).begin(world.setup()).propose(world.view(...views))
    return model.prompts[0]!.replaceAll(/data-\w+/g, 'data-FENCE')
  }

  test('D12: of one optimizer are not changed by the options of another', async () => {
    const before = await ask((model) => optoPrime({ model }))
    expect(await ask((model) => optoPrime({ model, form: 'sections', objective: 'Be brief.', graph: false }))).not.toBe(before)
    expect(await ask((model) => optoPrime({ model }))).toBe(before)
  })

  test('D13: that show the best of what was tried show no worse one instead, whatever the order it was tried in', async () => {
    const cited = ['Always cite the order number.', 'Always name the next step.', 'Always state the refund window.']
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }), fc.integer({ min: 1, max: 6 }), async (order, shown) => {
      // As many rules as the bits of a number: more of them score higher.
      const tried = order.map((bits) => ({ prompt: `Answer {{name}}. ${bits}: ${cited.filter((_, rule) => (bits >> rule) % 2 === 1).join(' ')}` }))
      const world = replyWorld()
      const scores = [...tried, {}].map((values) => world.evaluate(values).score).toSorted((a, b) => b - a)
      const prompt = await ask((model) => opro({ model, trajectory: shown }), world, {}, tried)
      const told = [...prompt.matchAll(/^score: (\d+)$/gm)].map(([, score]) => Number(score)).slice(0, shown)
      expect(told.toSorted((a, b) => b - a)).toEqual(scores.slice(0, shown).map((score) => Math.round(score * 100)))
    }), { numRuns: 30 })
  })

  test('D15: are no longer than their limit, however large a value is', async () => {
    const world = replyWorld((id) => `${id} ${'very long '.repeat(10_000)}`)
    for (const form of ['tags', 'sections'] as const) expect((await ask((model) => optoPrime({ model, form, promptLimit: 9000 }), world)).length).toBeLessThanOrEqual(9000)
  })

  test('D16: of OPRO are its own: they speak of what they show', async () => {
    const prompt = await ask((model) => opro({ model }))
    expect(prompt).not.toMatch(/#Code|#Documentation|code/)
    expect(prompt).toContain('Values that were tried, with their scores:')
  })

  test('D17: leave out what was asked to be left out, and nothing else', async () => {
    const [whole, withoutGraph, withoutFeedback] = await Promise.all([{}, { graph: false }, { feedback: false }].map((options) => ask((model) => optoPrime({ model, ...options }))))
    const parts = (prompt: string): boolean[] => [/<code>/, /missing: cite/, /<variable name="limit">/].map((part) => part.test(prompt))
    expect([whole!, withoutGraph!, withoutFeedback!].map(parts)).toEqual([[true, true, true], [false, true, true], [true, false, true]])
  })
})
