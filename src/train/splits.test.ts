import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { heldOutCount, planSplit, splitCases } from './splits.ts'

const casesOf = (count: number): { id: string }[] => Array.from({ length: count }, (_, index) => ({ id: `case ${index}` }))
const ids = (cases: readonly { id: string }[]): string[] => cases.map(({ id }) => id)

describe('how many cases are held out', () => {
  test.each([
    [0, 0], [1, 0], [19, 0], [20, 10], [21, 10], [59, 29], [60, 24], [100, 40], [200, 80], [201, 80], [266, 80], [267, 80], [300, 90], [1000, 300],
  ])('of %i cases %i are held out', (count, heldOut) => {
    expect(heldOutCount(count)).toBe(heldOut)
    expect(splitCases(casesOf(count)).heldOut).toHaveLength(heldOut)
  })
})

describe('which cases are held out', () => {
  test('it depends on ids alone, not on the order of the cases, and both sides keep that order', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string(), { maxLength: 120 }), fc.integer(), (names, by) => {
      const cases = names.map((id) => ({ id }))
      const turned = cases.map((_, index) => cases[(index + (Math.abs(by) % cases.length)) % cases.length]!)
      const [split, other] = [splitCases(cases), splitCases(turned)]
      expect(ids(other.heldOut).toSorted()).toEqual(ids(split.heldOut).toSorted())
      expect(ids(split.learn)).toEqual(names.filter((id) => ids(split.learn).includes(id)))
      expect([...ids(split.learn), ...ids(split.heldOut)].toSorted()).toEqual(names.toSorted())
    }))
  })

  test('a case that is added within a size band moves at most one other case across', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.string(), { minLength: 21, maxLength: 130 }).filter(({ length }) => length !== 60), (names) => {
      const before = new Set(ids(splitCases(names.slice(1).map((id) => ({ id }))).heldOut))
      const after = new Set(ids(splitCases(names.map((id) => ({ id }))).heldOut))
      expect(names.slice(1).filter((id) => before.has(id) !== after.has(id)).length).toBeLessThanOrEqual(1)
    }))
  })

  test('clusters stand whole on one side, and never more cases than planned are held out while any cluster fits', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 20, maxLength: 150 }), (clusters) => {
      const cases = clusters.map((cluster, index) => ({ id: `case ${index}`, cluster: `cluster ${cluster}` }))
      const { learn, heldOut } = splitCases(cases)
      const held = new Set(heldOut.map(({ cluster }) => cluster))
      expect(learn.filter(({ cluster }) => held.has(cluster))).toEqual([])
      const smallest = Math.min(...[...new Set(clusters)].map((cluster) => clusters.filter((other) => other === cluster).length))
      if (smallest <= heldOutCount(cases.length)) expect(heldOut.length).toBeLessThanOrEqual(heldOutCount(cases.length))
    }))
  })

  test('a case without a cluster belongs to the cluster named like its id', () => {
    const cases = [...casesOf(19), { id: 'variant', cluster: 'case 3' }, { id: 'another', cluster: 'case 3' }]
    const { heldOut } = splitCases(cases)
    expect(ids(heldOut).filter((id) => ['case 3', 'variant', 'another'].includes(id))).toSatisfy((found: string[]) => found.length === 0 || found.length === 3)
  })

  test('where every cluster is larger than the number to hold out, the smallest one is', () => {
    const cases = casesOf(60).map(({ id }, index) => ({ id, cluster: index < 31 ? 'large' : 'small' }))
    expect(splitCases(cases).heldOut.map(({ cluster }) => cluster)).toEqual(Array.from({ length: 29 }, () => 'small'))
  })

  test('of a single cluster nothing is held out', () => {
    const cases = casesOf(60).map(({ id }) => ({ id, cluster: 'one' }))
    expect(splitCases(cases)).toEqual({ learn: cases, heldOut: [] })
  })
})

describe('with tags that gates look at', () => {
  const some = fc.record({ count: fc.integer({ min: 20, max: 260 }), rare: fc.integer({ min: 0, max: 12 }), every: fc.integer({ min: 2, max: 9 }), salt: fc.string() })
  const tagged = ({ count, rare, every, salt }: { count: number; rare: number; every: number; salt: string }): { id: string; tags: string[] }[] =>
    Array.from({ length: count }, (_, index) => ({ id: `${salt}${index}`, tags: [...index < rare ? ['rare'] : [], ...index % every === 0 ? ['often'] : []] }))
  const withTag = (cases: readonly { tags?: readonly string[] }[], tag: string): number => cases.filter(({ tags = [] }) => tags.includes(tag)).length

  test('as many cases are held out as without, and each tag gives its share: never none where two cases have it', () => {
    fc.assert(fc.property(some, (given) => {
      const cases = tagged(given)
      const { learn, heldOut } = splitCases(cases, ['rare', 'often'])
      const target = heldOutCount(cases.length)
      expect(heldOut.length).toBeGreaterThanOrEqual(target)
      expect(heldOut.length).toBeLessThanOrEqual(target + 2)
      for (const tag of ['rare', 'often']) {
        const all = withTag(cases, tag)
        // Two strata have the tag, each rounded.
        expect(Math.abs(withTag(heldOut, tag) - all * target / cases.length)).toBeLessThanOrEqual(3)
        if (all > 1) expect(withTag(heldOut, tag)).toBeGreaterThan(0)
      }
      expect([...ids(learn), ...ids(heldOut)].toSorted()).toEqual(ids(cases).toSorted())
    }))
  })

  test('nothing depends on the order of cases or tags', () => {
    fc.assert(fc.property(some, (given) => {
      const cases = tagged(given)
      expect(ids(splitCases(cases.toReversed(), ['often', 'rare']).heldOut).toSorted()).toEqual(ids(splitCases(cases, ['often', 'rare']).heldOut).toSorted())
    }))
  })

  test('a tag that all cases have changes nothing', () => {
    const cases = casesOf(60).map((one) => ({ ...one, tags: ['all'] }))
    expect(splitCases(cases, ['all'])).toEqual(splitCases(cases))
  })

  test('clusters stand whole: the smallest with the tag is held out where none fits, and none where there is only one', () => {
    const cases = casesOf(40).map(({ id }, index) => ({ id, ...index < 28 && { cluster: index < 16 ? 'a' : 'b', tags: ['t'] } }))
    const { learn, heldOut } = splitCases(cases, ['t'])
    expect(new Set(heldOut.filter(({ tags }) => tags).map(({ cluster }) => cluster))).toEqual(new Set(['b']))
    expect(learn.filter(({ tags }) => tags).map(({ cluster }) => cluster)).toEqual(Array(16).fill('a'))
    const single = casesOf(40).map(({ id }, index) => ({ id, ...index < 3 && { cluster: 'a', tags: ['t'] } }))
    const [{ heldOut: plain }, { heldOut: same }] = [splitCases(single), splitCases(single, ['t'])]
    expect(same.length).toBe(plain.length)
  })
})

describe('the split of a plan', () => {
  const cases = Array.from({ length: 30 }, (_, index) => ({ id: `case ${index}` }))
  const held = (plan: { holdOut?: boolean; startValues?: Record<string, unknown> }, optimizes: boolean) => planSplit({ cases, holdOut: true, startValues: {}, ...plan }, optimizes).heldOut

  test('a run that only measures values from the code holds nothing out', () => {
    expect(held({}, false)).toEqual([])
  })
  test('saved values are gated on the cases that were held out when they were found', () => {
    expect(held({ startValues: { limit: 0.3 } }, false)).toEqual(held({}, true))
    expect(held({}, true)).toHaveLength(15)
  })
  test('nothing is held out where the plan says so', () => {
    expect(held({ holdOut: false, startValues: { limit: 0.3 } }, true)).toEqual([])
  })
})
