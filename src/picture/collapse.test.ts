import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { node } from '../graph/node.ts'
import { collapse, type Group } from './collapse.ts'
import type { Drawn } from './read-graph.ts'

/** A graph from who uses whom: `uses[i]` are picks among the nodes before i. */
interface Plan { readonly uses: readonly (readonly number[])[]; readonly kinds: readonly number[]; readonly names: readonly number[] }
const plans = fc.integer({ min: 1, max: 120 }).chain((size) => fc.record({
  uses: fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: size, maxLength: size }),
  kinds: fc.array(fc.nat({ max: 19 }), { minLength: size, maxLength: size }),
  names: fc.array(fc.nat({ max: 2 }), { minLength: size, maxLength: size }),
}))

function build({ uses, kinds, names }: Plan): Drawn[] {
  const nodes: Drawn[] = []
  uses.forEach((picks, index) => {
    const sources = [...new Set(index === 0 ? [] : picks.map((pick) => nodes[Math.max(0, index - 1 - (pick % 9))]!))]
    const kind = sources.length > 0 ? (kinds[index] === 0 ? 'error' : 'step') : kinds[index]! % 2 === 0 ? 'value' : 'parameter'
    nodes.push({ node: node(index, `name${names[index]}`), kind, blamed: sources.some(({ blamed }) => blamed) || (kind === 'parameter' && kinds[index]! % 3 === 0), output: index === uses.length - 1, frame: undefined, sources })
  })
  return nodes
}

const groupOf = (groups: readonly Group[]): Map<Drawn, Group> => new Map(groups.flatMap((group) => group.members.map((member) => [member, group] as const)))
const step = (name: string, ...sources: Drawn[]): Drawn => ({ node: node(0, name), kind: 'step', blamed: sources.some(({ blamed }) => blamed), output: false, frame: undefined, sources })
const given = (name: string, kind: 'value' | 'parameter' = 'value', blamed = false): Drawn => ({ node: node(0, name), kind, blamed, output: false, frame: undefined, sources: [] })
const shown = (groups: readonly Group[]): string[] => groups.map(({ members, folded }) => `${members.map((member) => member.node.name).join('+')}${folded.length > 0 ? `(${folded.map((one) => one.node.name).join()})` : ''}`)

describe('a graph that is too large', () => {
  test('is drawn with at most as many boxes as allowed, each node in one of them, and the edges that lie between', () => {
    fc.assert(fc.property(plans, fc.integer({ min: 5, max: 30 }), (plan, maxNodes) => {
      const nodes = build(plan)
      const groups = collapse(nodes, maxNodes)
      expect(groups.length).toBeLessThanOrEqual(maxNodes)
      const found = groupOf(groups)
      const folded = new Set(groups.flatMap((group) => group.folded))
      expect(groups.flatMap(({ members }) => members).length).toBe(found.size)
      for (const one of nodes) expect(found.has(one) !== (folded.has(one) && one.kind === 'value')).toBe(true)
      const edges = new Set(nodes.flatMap((one) => one.sources.flatMap((source) => {
        const [from, to] = [found.get(source), found.get(one)]
        return from === undefined || to === undefined || from === to ? [] : [`${groups.indexOf(from)} ${groups.indexOf(to)}`]
      })))
      expect(new Set(groups.flatMap((group, to) => Array.from(group.sources, (source) => `${groups.indexOf(source)} ${to}`)))).toEqual(edges)
    }), { numRuns: 300 })
  })

  test('stays without a cycle: every box stands after those it uses', () => {
    fc.assert(fc.property(plans, fc.integer({ min: 5, max: 30 }), (plan, maxNodes) => {
      const groups = collapse(build(plan), maxNodes)
      groups.forEach((group, index) => { for (const source of group.sources) expect(groups.indexOf(source)).toBeLessThan(index) })
    }), { numRuns: 300 })
  })

  test('is left alone while it fits', () => {
    fc.assert(fc.property(plans, (plan) => {
      const nodes = build(plan)
      expect(new Set(collapse(nodes, 120).map(({ members, folded }) => [members.length, folded.length].join()))).toEqual(new Set(['1,0']))
    }))
  })

  test('writes given values into the boxes that use them, first of all', () => {
    const values = [given('a'), given('b'), given('c')]
    const last = { ...step('join', ...values.map((value) => step(`trim ${value.node.name}`, value))), output: true }
    expect(shown(collapse([...values, ...last.sources, last], 6))).toEqual(['trim a(a)', 'trim b(b)', 'trim c(c)', 'join'])
  })

  test('joins a run that nobody blames before one that somebody blames', () => {
    const [prompt, clean] = [given('prompt', 'parameter', true), [step('clean')]]
    for (let i = 1; i < 5; i++) clean.push(step('clean', clean.at(-1)!))
    const ask = step('ask', prompt, clean.at(-1)!)
    const read = step('read', ask)
    const nodes = [...clean, prompt, ask, read, { ...step('judge', read), output: true }]
    expect(shown(collapse(nodes, 8)).sort()).toEqual(['ask', 'clean+clean+clean+clean+clean', 'judge', 'prompt', 'read'])
    expect(shown(collapse(nodes, 6)).sort()).toEqual(['ask+read', 'clean+clean+clean+clean+clean', 'judge', 'prompt'])
  })

  test('shows the first of many equal branches, whole branches too', () => {
    const prompt = given('prompt', 'parameter', true)
    const clean = Array.from({ length: 20 }, () => step('clean'))
    const asks = clean.map((one) => step('ask', prompt, one))
    const last = { ...step('join', ...asks), output: true }
    expect(collapse([prompt, ...clean, ...asks, last], 12).map(({ members }) => `${members[0]!.node.name} ×${members.length}`).sort())
      .toEqual(['ask ×1', 'ask ×19', 'clean ×1', 'clean ×19', 'join ×1', 'prompt ×1'])
  })

  test('keeps outputs, failed steps, parameters and what is near the outputs where nothing else helps', () => {
    const prompt = given('prompt', 'parameter', true)
    const nodes = [prompt]
    for (let i = 0; i < 6000; i++) nodes.push(step(`s${i}`, nodes.at(-1)!, nodes[Math.max(0, i - 1)]!))
    nodes.push({ ...step('last', nodes.at(-1)!), output: true })
    const groups = collapse(nodes, 10)
    expect(groups.map(({ members }) => (members.length > 1 ? members.length : members[0]!.node.name))).toEqual(['prompt', 5997, 's5997', 's5998', 's5999', 'last'])
  })
})
