/** Prompts as templates. Stage: optimize. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillPrompt, type ElasticInput, type PromptTemplate } from './prompt-template.ts'

interface Inputs { readonly parameters: string; readonly failures: string; readonly cases: string }
const defaults: Required<PromptTemplate<Inputs>> = { system: 'Improve.', user: 'Change:\n{{parameters}}\n\n{{failures}}\n\n{{cases}}\n\nEnd.' }
const lineOf = (char: string, weight = 1): ElasticInput => ({ weight, render: (room) => char.repeat(Math.max(0, room)) })
const nothing: ElasticInput = { weight: 1, render: () => '' }
const fill = (template?: PromptTemplate<Inputs>, { limit = 200, failures = nothing, cases = nothing, parameters = 'p' } = {}) =>
  fillPrompt<Inputs>({ name: 'propose', defaults, template, fixed: { parameters }, elastic: { failures, cases }, limit }).map(({ content }) => content)

describe('a template', () => {
  test('is filled once: marks inside of what is put in stay text, and an empty paragraph goes', () => {
    expect(fill(undefined, { parameters: 'a {{cases}} $& $1' })).toEqual(['Improve.', 'Change:\na {{cases}} $& $1\n\nEnd.'])
  })

  test('is replaced in part or whole, by a text or a function', () => {
    expect(fill({ system: 'Only this.' })[0]).toBe('Only this.')
    expect(fill({ system: '', user: ({ parameters }) => `<${parameters}>` })).toEqual(['<p>'])
  })

  test('that asks for an unknown input, or gives no text, is refused', () => {
    expect(() => fill({ user: '{{failure}}' })).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [OPTIMIZER_TEMPLATE]: expected one of the inputs {{parameters}}, {{failures}}, {{cases}}, received {{failure}}, at templates.propose.user
        Did you mean {{failures}}?]
    `)
    expect(() => fill({ user: (() => 1) as never })).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [OPTIMIZER_TEMPLATE]: expected a text, received 1, at templates.propose.user]`)
    expect(() => fill({ system: 7 as never })).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [OPTIMIZER_TEMPLATE]: expected a text or a function, received 7, at templates.propose.system]`)
  })

  test('that is longer than the limit by itself is refused', () => {
    expect(() => fill({ user: 'x'.repeat(300) })).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [OPTIMIZER_PROMPT]: expected a prompt of at most 200 characters, received 308 before any evidence, at prompt "propose"
        Raise promptLimit, lower maxEdited, or shorten the template.]
    `)
  })
})

test('room is shared by weight, and what one input leaves goes to the next', () => {
  const [, user] = fill(undefined, { failures: { weight: 3, render: (room) => 'f'.repeat(Math.min(10, room)) }, cases: lineOf('c') })
  expect(user).toMatch(/^Change:\np\n\nf{10}\n\nc{100,}\n\nEnd\.$/)
})

test('no prompt is longer than its limit, also where a template uses an input twice', () => {
  fc.assert(fc.property(fc.integer({ min: 60, max: 400 }), fc.integer({ min: 1, max: 5 }), fc.boolean(), (limit, weight, twice) => {
    const template = twice ? { user: '{{parameters}}{{cases}}\n{{cases}} {{failures}}{{failures}}' } : undefined
    expect(fill(template, { limit, failures: lineOf('f', weight), cases: lineOf('c') }).join('').length).toBeLessThanOrEqual(limit)
  }))
})
