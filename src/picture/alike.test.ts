/** Graphs that look the same share a picture; what differs is told beside it. Stage: picture. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bundle } from '../graph/bundle.ts'
import { parameter } from '../graph/parameter.ts'
import type { Node } from '../graph/types.ts'
import { alikePictures } from './alike.ts'
import { toSvg } from './to-svg.ts'

const tone = parameter('tone', 'warm')
const greet = bundle(function greet(tone: string, name: string) { return `${tone} ${name}` })
const shout = bundle(function shout(text: string) { return text.toUpperCase() })
const once = (name: string): Node<string> => greet(tone as never, name) as never
const twice = (name: string): Node<string> => shout(once(name) as never) as never
const boxSizes = (svg: string): string[] => [...svg.matchAll(/class="shape" d="([^"]*)"/g)].map(([, shape]) => shape!)

test('graphs with the same steps share a picture, with room for the longest value; others have their own', async () => {
  const groups = alikePictures(new Map([['a', once('Al')], ['b', twice('Bo')], ['c', once('Cy '.repeat(20))]]), { blame: 'all' })
  expect(groups.map(({ values }) => [...values.keys()])).toEqual([['a', 'c'], ['b']])
  const [shared, own] = [await groups[0]!.draw('g1'), await groups[1]!.draw('g2')]
  expect(boxSizes(shared)).toEqual(boxSizes(await toSvg(once('Cy '.repeat(20)), { blame: 'all' })))
  expect(boxSizes(own)).toEqual(boxSizes(await toSvg(twice('Bo'), { blame: 'all' })))
  expect(shared).toContain('<svg xmlns="http://www.w3.org/2000/svg" id="g1"')
  expect(shared).not.toContain('<style>')
})

test('values stand in the order of the marked lines of the picture, for whatever texts', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 4 }), async (names) => {
    const [group] = alikePictures(new Map(names.map((name, index) => [`${index}`, twice(name)])))
    expect([...group!.values.values()]).toEqual(names.map((name) => ['= "warm"', `name: "${name}"`, `= "warm ${name}"`, `= "${`warm ${name}`.toUpperCase()}"`]))
    const lines = [...(await group!.draw('g')).matchAll(/<text [^>]*data-line="\d+"[^>]*>([^<]*)</g)].map(([, text]) => text!.replaceAll('&quot;', '"'))
    expect(lines).toEqual(group!.values.get('0'))
  }), { numRuns: 10 })
})
