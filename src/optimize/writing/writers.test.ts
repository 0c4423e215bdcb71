/** OPRO, TextGrad, reflective mutation, and several optimizers in one run. Stage: optimize. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TraceEvalError } from '../../core/errors.ts'
import { bundle } from '../../graph/bundle.ts'
import { op } from '../../graph/operators.ts'
import { parameter } from '../../graph/parameter.ts'
import { replyWorld, scriptedModel } from '../../testing/reply-world.ts'
import { byKind } from '../by-kind.ts'
import { gepa } from './gepa.ts'
import { opro } from './opro.ts'
import { optimizerByName } from '../optimizer-by-name.ts'
import { search } from '../search/search.ts'
import { textGrad } from './text-grad.ts'
import { CriticWalk } from './text-grad-backward.ts'
import type { Optimizer, RoundView } from '../optimizer.ts'

const block = (prompt: string, title: string): string => new RegExp(`${title}\\n<data-(\\w+)>\\n([\\s\\S]*?)\\n</data-\\1>`).exec(prompt)?.[2] ?? ''

test('whatever a model answers, only values that fit are proposed, and nothing throws but what a round can tell', async () => {
  const piece = fc.constantFrom('<component name="limit">', '<variable name="prompt">', '</component>', '</variable>', '{"limit": ', '0.3', '"7"', '{{name}}', '}', 'TERMINATE', '<think>', '</think>', '\n', '"__proto__": {"x": 1},', '<variable><name>limit</name><value>', '</value>', '```json', 'null', '1e999', '[', ']')
  await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.constantFrom('optoprime', 'gepa', 'opro', 'textgrad', 'optoprime-multi', 'reflect'), async (pieces, name) => {
    const world = replyWorld()
    const setup = world.setup()
    const run = optimizerByName(name).withModel!(scriptedModel(() => `Well: ${pieces.join('')}`)).begin(setup)
    const proposals = await Promise.resolve(run.propose(world.view())).catch((error: unknown) => { if (TraceEvalError.is(error)) return []; throw error })
    for (const { changes } of proposals) for (const [parameter, value] of Object.entries(changes)) expect(setup.parameters.find((spec) => spec.name === parameter)!.check(value)).toEqual({ value })
    expect(({} as { x?: number }).x).toBeUndefined()
  }), { numRuns: 100 })
})

describe('OPRO', () => {
  test('shows earlier values from low to high, a few cases, and no trace; each answer is a candidate', async () => {
    const world = replyWorld()
    const model = scriptedModel((_, call) => `<component name="limit">0.${call + 1}</component>`)
    const cited = 'Answer {{name}}. Always cite the order number.'
    const proposals = await opro({ model, samples: 3 }).begin(world.setup()).propose(world.view({ prompt: cited }, [{ prompt: cited }, {}, { limit: 0.8 }]))
    expect(proposals.map(({ changes }) => changes)).toEqual([{ limit: 0.1 }, { limit: 0.2 }, { limit: 0.3 }])
    const prompt = model.prompts[0]!
    expect([...block(prompt, 'Values that were tried, with their scores:').matchAll(/score: (\d+)/g)].map(([, score]) => Number(score))).toEqual([0, 0, 33])
    expect(block(prompt, 'Some cases:')).toMatch(/wrong: missing: [\s\S]*score: 0/)
    expect(prompt).not.toContain('= answer(')
    expect(model.requests[0]!.temperature).toBe(1)
  })
})

describe('reflective mutation', () => {
  const propose = async (options: Parameters<typeof gepa>[0], views: readonly RoundView[], world = replyWorld(), kinds = ['text', 'number']) => {
    const model = scriptedModel((prompt, call) => `<component name="${prompt.includes('<component name="prompt">') ? 'prompt' : 'limit'}">${prompt.includes('<component name="prompt">') ? `Answer {{name}} ${call}.` : `0.${call}1`}</component>`)
    const run = gepa({ model, ...options }).begin(world.setup(kinds))
    const changed: string[][] = []
    for (const view of views) changed.push((await run.propose(view)).flatMap(({ changes }) => Object.keys(changes)))
    return { changed, model }
  }

  test('parameters take turns, and so do failing cases', async () => {
    const world = replyWorld()
    const views = [1, 2, 3].map((round) => world.view({}, [{}], { round }))
    const { changed } = await propose({ batch: 2 }, views, world)
    expect(changed.map(([name]) => name)).toEqual([expect.any(String), expect.any(String), changed[0]![0]])
    expect(new Set(changed.flat())).toEqual(new Set(['prompt', 'limit']))
    const { model } = await propose({ batch: 2 }, views, world, ['text'])
    const shown = model.prompts.map((prompt) => [...prompt.matchAll(/ticket (c\d)/g)].map(([, id]) => id))
    expect(new Set(shown.flat()).size).toBe(6)
  })

  test('a child goes on with the parameter after its parent’s', async () => {
    const world = replyWorld()
    const model = scriptedModel((prompt) => (prompt.includes('<component name="limit">') ? '<component name="limit">0.6</component>' : '<component name="prompt">Answer {{name}}. Always cite the order number.</component>'))
    const run = gepa({ model }).begin(world.setup())
    const [first] = await run.propose(world.view())
    const [second] = await run.propose(world.view(first!.changes, [{}], { round: 2 }))
    expect([Object.keys(first!.changes), Object.keys(second!.changes)].flat().sort()).toEqual(['limit', 'prompt'])
  })

  test('brings its search strategy along, with a model or without', () => {
    expect([gepa().strategy, gepa().withModel!(scriptedModel(() => '')).strategy]).toEqual(['pareto', 'pareto'])
  })
})

describe('TextGrad', () => {
  const script = (prompt: string): string => (prompt.includes('Answer for every marked input')
    ? [...prompt.matchAll(/item (\d+): the step (\w+)[\s\S]*?input (\w+) \(criticise this\)/g)].map(([, item, step, input]) => `<criticism item="${item}" input="${input}">${step} wants another ${input}</criticism>`).join('\n')
    : '<component name="prompt">Better, {{name}}</component>')

  test('steps that are due together are one question for all cases, operators are none, and the parameters hear what their user was told', async () => {
    const world = replyWorld()
    const model = scriptedModel(script)
    const view = world.view()
    const proposals = await textGrad({ model, constraints: ['Stay polite.'] }).begin(world.setup()).propose(view)
    expect(view.calls.map(({ purpose }) => purpose)).toEqual(['criticise', 'criticise', 'propose'])
    expect(model.prompts[0]).toMatch(/item 1: the step grade[\s\S]*item 2: the step grade/)
    expect(model.prompts[1]).toContain('criticism of the output: grade wants another reply')
    expect(model.prompts[2]).toContain('Criticism of prompt:\n- answer wants another request')
    expect(model.prompts[2]).toContain('- Stay polite.')
    expect(proposals[0]!.changes).toEqual({ prompt: 'Better, {{name}}' })
  })

  test('without a graph, or where a critic says nothing, parameters hear what failed', async () => {
    for (const [options, questions] of [[{ graph: false }, 1], [{}, 3], [{ maxCritics: 0 }, 1]] as const) {
      const world = replyWorld()
      const model = scriptedModel((prompt) => (prompt.includes('Answer for every marked input') ? 'I cannot say.' : script(prompt)))
      await textGrad({ model, ...options }).begin(world.setup()).propose(world.view())
      expect(model.prompts).toHaveLength(questions)
      expect(model.prompts.at(-1)).toMatch(/Criticism of prompt:\n- missing: /)
    }
  })

  test('ways that meet are joined before a step is asked', () => {
    const weight = parameter('weight', 2)
    const left = bundle(function left(x: number) { return x + 1 })
    const right = bundle(function right(x: number) { return x * 2 })
    const base = bundle(function base(x: number) { return x })(weight)
    const output = op.add(left(base), right(base))
    const run = { caseId: 'a', trial: 0, score: 0, checks: [], feedback: [], durationMs: 0, trace: { outputs: [output], leaks: [] } }
    const walk = new CriticWalk([run], new Set(['weight']), () => 'too low')
    const asked: string[][] = []
    for (let items = walk.due(); items.length > 0; items = walk.due()) {
      asked.push(items.map(({ step, criticism }) => `${step}: ${criticism.toSorted().join(' and ')}`).sort())
      for (const item of items) walk.answer(item, new Map([['x', `${item.step} says so`]]))
    }
    expect(asked).toEqual([['left: too low', 'right: too low'], ['base: left says so and right says so']])
    expect([...walk.found]).toEqual([['weight', new Set(['base says so'])]])
  })
})

describe('by kind', () => {
  const world = replyWorld()
  const writer = gepa({ model: scriptedModel((_, call) => `<component name="prompt">Answer {{name}} ${call}</component>`), fallback: false })

  test('a text by a model and a number by search are one candidate; then come the single ones', async () => {
    const optimizer = byKind({ text: writer, number: search() })
    expect([optimizer.name, optimizer.kinds]).toEqual(['gepa+search', ['text', 'number']])
    const [joint, text, number] = await optimizer.begin(world.setup()).propose(world.view())
    expect(Object.keys(joint!.changes).sort()).toEqual(['limit', 'prompt'])
    expect(joint!.changes).toEqual({ ...text!.changes, ...number!.changes })
    expect([Object.keys(text!.changes), Object.keys(number!.changes)]).toEqual([['prompt'], ['limit']])
  })

  test('one that fails leaves the round to the others', async () => {
    const broken = gepa({ model: { name: 'x', send: async () => { throw Object.assign(new Error('no'), { status: 401 }) } } })
    const proposals = await byKind({ text: broken, number: search() }).begin(world.setup()).propose(world.view())
    expect(proposals.length).toBeGreaterThan(0)
    expect(proposals.every(({ changes }) => Object.keys(changes).join() === 'limit')).toBe(true)
    await expect(byKind({ text: broken }).begin(world.setup(['text'])).propose(world.view())).rejects.toThrow('no')
  })

  test('the strategy of a member is the run’s, unless another member has a different one', () => {
    const beam: Optimizer = { ...search(), strategy: 'beam' }
    expect(byKind({ text: gepa(), number: search() }).strategy).toBe('pareto')
    expect(byKind({ text: gepa(), number: search() }).withModel!(scriptedModel(() => '')).strategy).toBe('pareto')
    expect(byKind({ number: search() })).not.toHaveProperty('strategy')
    expect(byKind({ text: gepa(), number: beam })).not.toHaveProperty('strategy')
  })

  test('two of one name draw numbers of their own', () => {
    const drawn: number[] = []
    const drawing = (): Optimizer => ({ name: 'drawing', kinds: ['text', 'number'], begin: ({ random }) => { drawn.push(random.next()); return { propose: () => [] } } })
    byKind({ text: drawing(), number: drawing() }).begin(world.setup())
    expect([drawn.length, new Set(drawn).size]).toEqual([2, 2])
  })

  test('an optimizer must be able to change what it is given', () => {
    expect(() => byKind({ text: search() })).toThrow('expected an optimizer that changes text parameters, received "search"')
    expect(() => byKind({})).toThrow('expected an optimizer for at least one kind of parameter, received none')
  })

  test('those without a model get the run’s, once each', () => {
    const one = gepa()
    const made = byKind({ text: one, code: one, number: search() }).withModel!(scriptedModel(() => ''))
    expect([made.name, made.withModel]).toEqual(['gepa+search', undefined])
  })
})
