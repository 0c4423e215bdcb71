/** Pictures of trace graphs in a real browser: with its own fonts, texts stay in their boxes and boxes apart, light and dark. */
import { describe, expect, test } from 'vitest'
import { bundle } from '../../src/graph/bundle-forms.ts'
import { exceptionNodeOf, node, type Node } from '../../src/graph/node.ts'
import { op } from '../../src/graph/operators.ts'
import { parameter } from '../../src/graph/parameter.ts'
import { t } from '../../src/graph/template.ts'
import { toSvg } from '../../src/picture/to-svg.ts'
import { browserForTests, type Looks, type Page } from './browser.ts'

const hostile = '</svg><script>window.hacked = 1</script><![CDATA[ \u202e\u001b[31m &amp;" onload="window.hacked = 1 漢字漢字 ' + 'W'.repeat(120)
const openPage = browserForTests()
const open = async (graph: Node<unknown>, looks: Looks): Promise<Page> => openPage(await toSvg(graph, { title: 'a run', notes: [hostile], blame: 'all' }), { ...looks, type: 'svg' })

const rate = parameter('rate', 2, { description: 'How much a step of it counts in the end, with some more words' })
const squared = bundle(function squared(x: Node<number>) { return op.multiply(op.multiply(x, x), rate) }, { nested: true })
const five = t`${parameter('instructions', 'Route the ticket to a team. 漢字 and ünïcödé')} for ${squared(node(3, 'n'))}`
function twoHundred(): Node<unknown> {
  const made: Node<number>[] = [op.add(rate, 1), op.add(node(5, 'given'), 1)]
  for (let index = 0; index < 200; index++) made.push(op.add(made[index % made.length]!, made[Math.max(0, made.length - 1 - (index * 7) % 5)]!))
  return made.at(-1)!
}
function failed(): Node<unknown> {
  try { bundle(function search(_text: string): number { throw new RangeError(hostile) })(hostile) } catch (error) { return exceptionNodeOf(error)! }
  throw new Error('expected a failure')
}

/** Texts of a box that stick out of it, and boxes that lie on each other, as the browser draws them. */
const measure = `(() => {
  const inside = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1
  const boxes = [...document.querySelectorAll('g.box')].filter((box) => box.querySelector('.title'))
  const areas = boxes.map((box) => [...box.querySelectorAll('.shape')].at(-1).getBoundingClientRect())
  const out = boxes.flatMap((box, at) => [...box.querySelectorAll('text')].filter((text) => !inside(text.getBoundingClientRect(), areas[at])).map((text) => text.textContent))
  const over = areas.flatMap((a, at) => areas.slice(at + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom))
  const page = document.documentElement.getBoundingClientRect()
  return { boxes: boxes.length, out, over: over.length, beyond: areas.filter((area) => !inside(area, page)).length }
})()`

describe.each([['five nodes and a nested step', () => five, 4], ['two hundred nodes', twoHundred, 5], ['a failure with hostile text', failed, 1]] as const)('%s', (_name, make, least) => {
  test.each([false, true])('are drawn with every text inside of its box, dark: %s', async (dark) => {
    const page = await open(make(), { dark })
    const found = await page.run<{ boxes: number; out: string[]; over: number; beyond: number }>(measure)
    expect(found).toEqual({ boxes: expect.any(Number) as number, out: [], over: 0, beyond: 0 })
    expect(found.boxes).toBeGreaterThanOrEqual(least)
    expect([page.problems, await page.run('window.hacked === undefined')]).toEqual([[], true])
    const [paper, ink] = await page.run<[string, string]>(`[getComputedStyle(document.querySelector('.page')).fill, getComputedStyle(document.querySelector('text.title')).fill]`)
    expect([paper, ink]).toEqual(dark ? ['rgb(20, 23, 28)', 'rgb(240, 240, 240)'] : ['rgb(255, 255, 255)', 'rgb(27, 27, 27)'])
  })
})
