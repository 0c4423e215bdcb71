/** Links between spans never close a cycle, whatever order they come in. Stage: graph. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Links } from './otlp-links.ts'

/** By looking through all links, each time. */
class Plain {
  readonly sources = new Map<number, Set<number>>()
  reaches(from: number, target: number): boolean { return from === target || [...this.sources.get(from) ?? []].some((source) => this.reaches(source, target)) }
  add(user: number, source: number): boolean {
    if (this.reaches(source, user)) return false
    this.sources.set(user, (this.sources.get(user) ?? new Set()).add(source))
    return true
  }
}
const pairs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 40 })
const items = Array.from({ length: 10 }, (_, index) => index)

it('a link is taken exactly where it closes no cycle', () => {
  fc.assert(fc.property(pairs, (links) => {
    const [fast, plain] = [new Links(items), new Plain()]
    for (const [user, source] of links) expect(fast.add(user, source)).toBe(plain.add(user, source))
    for (const item of items) expect([...fast.sourcesOf(item)].sort()).toEqual([...plain.sources.get(item) ?? []].sort())
    for (const item of items) expect(fast.isUsed(item)).toBe(items.some((user) => plain.sources.get(user)?.has(item)))
  }))
})

it('of links that come together, all are taken that lie on no cycle, and enough others are left out', () => {
  fc.assert(fc.property(pairs, (links) => {
    const fast = new Links(items, (item) => links.filter(([user]) => user === item).map(([, source]) => source))
    const taken = new Plain()
    for (const item of items) for (const source of fast.sourcesOf(item)) expect(taken.add(item, source)).toBe(true)
    const given = new Map(items.map((item) => [item, new Set(links.filter(([user]) => user === item).map(([, source]) => source))]))
    const reaches = (from: number, target: number, seen = new Set<number>()): boolean => [...given.get(from)!].some((next) => next === target || (!seen.has(next) && reaches(next, target, seen.add(next))))
    for (const [user, source] of links) {
      if (!reaches(source, user) && user !== source) expect(fast.sourcesOf(user).has(source)).toBe(true)
      // One that was left out would close a cycle with those that were taken.
      else if (!fast.sourcesOf(user).has(source)) expect(taken.reaches(source, user)).toBe(true)
    }
    for (const [user, source] of links) expect(new Set(fast.sourcesOf(user)).has(source) || !fast.add(user, source)).toBe(true)
  }))
})

it('of many links to one source, those are taken that would be one by one', () => {
  fc.assert(fc.property(pairs, fc.uniqueArray(fc.nat(9)), fc.nat(9), (links, users, source) => {
    const [fast, plain] = [new Links(items), new Plain()]
    for (const [user, of] of links) { fast.add(user, of); plain.add(user, of) }
    expect(fast.addAll(users, source)).toEqual(users.filter((user) => plain.add(user, source)))
  }))
})
