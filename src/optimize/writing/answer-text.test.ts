/** What counts of a model's answer, in whatever form it comes. Stage: optimize. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attribute, readEntries, sealed, unsealed } from './answer-text.ts'

const read = (text: string): unknown => { const found = readEntries(text); return 'problem' in found ? found.problem : [...found.entries, ...found.brokenOff.map((name) => [name, 'BROKEN OFF'])] }

describe('an answer', () => {
  test.each<[string, string, unknown]>([
    ['in tags', 'Sure.\n<component name="a">\nx\n  y\n</component> and <variable name=\'b\'>2</variable>', [['a', 'x\n  y'], ['b', '2']]],
    ['in tags with inner names', '<variable>\n<name> a </name>\n<value>\n1 < 2 & 3\n</value>\n</variable>', [['a', '1 < 2 & 3']]],
    ['twice for one name: the last counts', '<component name="a">1</component><component name="a">2</component>', [['a', '2']]],
    ['with an empty value', '<component name="a"></component>', [['a', '']]],
    ['with a missing end tag', '<component name="a">1</component>\n<component name="b">half of', [['a', '1'], ['b', 'BROKEN OFF']]],
    ['as JSON', '{"a": "x", "b": 2}', [['a', 'x'], ['b', 2]]],
    ['as JSON in a fence with thoughts beside it', 'So:\n```json\n{"reasoning": "hm {", "suggestion": {"a": "x"}}\n```\nDone {', [['a', 'x']]],
    ['as flat JSON with thoughts beside it', '{"reasoning": "hm", "a": 1}', [['a', 1]]],
    ['as a list', '[{"name": "a", "value": [1]}, {"parameter": "b", "value": null}]', [['a', [1]], ['b', null]]],
    ['as a held list', '{"edits": [{"name": "a", "value": 1}]}', [['a', 1]]],
    ['as JSON that needs repair', "{a: 'x', \"b\": 2,}", [['a', 'x'], ['b', 2]]],
    ['with braces in front of JSON', 'Keep {{name}}.\n{"a": "Hi {{name}}"}', [['a', 'Hi {{name}}']]],
    ['as broken JSON', '{"a": "Hi {{name}}, this goes on and', 'the answer breaks off inside its JSON'],
    ['after thoughts', '<think>maybe <component name="a">no</component></think>\n<component name="a">yes</component>', [['a', 'yes']]],
    ['after thoughts whose begin is missing', 'hm, hm\n</think>\n<component name="a">yes</component>', [['a', 'yes']]],
    ['inside unending thoughts', '<think>maybe <component name="a">no</component>', 'the answer ends inside its thoughts'],
    ['whose value speaks of thoughts', '<component name="a">Write <think>…</think> first.</component>', [['a', 'Write <think>…</think> first.']]],
    ['that only ends', ' "TERMINATE". ', []],
    ['that speaks of ending', 'I TERMINATE here.', 'expected changed parameters in tags or as JSON, received "I TERMINATE here."'],
    ['with names that mean something to JavaScript', '{"__proto__": {"polluted": 1}, "constructor": "x"}', [['__proto__', { polluted: 1 }], ['constructor', 'x']]],
    ['that is empty', '', 'expected changed parameters in tags or as JSON, received ""'],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

const awkward = fc.string({ unit: fc.constantFrom('</', '<', '\\', '/', 'component', 'variable', '>', '"', '&', 'a', '\n', '</component>', '<\\/variable>', '&quot;') })

test('any value and any name come back from their tag as they went in', () => {
  fc.assert(fc.property(awkward, awkward.filter((name) => !/[<>\n]/.test(name) && name !== '' && name.length < 40), (value, name) => {
    expect(unsealed(sealed(value))).toBe(value)
    fc.pre(value.trim() === value)
    expect(read(`<component name="${attribute(name)}">${sealed(value)}</component>`)).toEqual([[name, value]])
  }))
})

test('nothing that a model can write makes it throw, or take long', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('<component name="a">', '</component>', '<variable>', '<name>', '</value>', '{', '}', '[', ']', '"', '\\', ':', ',', '```json\n', 'x', '\n', '<think>', '</think>'), maxLength: 60 }), (text) => {
    readEntries(text)
  }), { numRuns: 500 })
  for (const piece of ['<component name="a">', '{"a":', '[{', '<think>', '"\\']) readEntries(piece.repeat(20_000))
})
