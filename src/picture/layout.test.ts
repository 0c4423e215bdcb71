import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bundle } from '../graph/bundle-forms.ts'
import { node, type Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter } from '../graph/parameter.ts'
import { columns, wrap } from './wrap.ts'
import { COLUMN, layOut, PADDING } from './layout.ts'
import { makePicture } from './make-picture.ts'

/** An expression of random shape: each pair picks two of what is there. */
function expression(picks: readonly (readonly [number, number])[]): Node<unknown> {
  const made: Node<number>[] = [parameter('first', 0), node<number>(1, 'second') as Node<number>]
  for (const [a, b] of picks) made.push(op.add(made[a % made.length]!, made[Math.max(0, made.length - 1 - (b % 5))]!) as Node<number>)
  return made.at(-1)!
}
/** Points of an arrow as it is drawn: straight and bent in turn, bent as a cubic curve whose ends run the same way as the straight parts. */
function drawn(points: readonly { readonly x: number; readonly y: number }[]): { x: number; y: number }[] {
  const isDown = points.at(-2)!.x === points.at(-1)!.x
  return points.slice(1).flatMap((to, index) => {
    const from = points[index]!
    return Array.from({ length: 41 }, (_, step) => {
      const t = step / 40
      const bent = t * t * (3 - 2 * t)
      const even = 0.5 * (3 * t * (1 - t) ** 2 + 3 * t * t * (1 - t)) + t ** 3
      const [across, along] = index % 2 === 0 ? [t, t] : [bent, even]
      return isDown ? { x: from.x + (to.x - from.x) * across, y: from.y + (to.y - from.y) * along } : { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * across }
    })
  })
}
const expressions = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }).map(expression)

/** A nested step in nested steps, beside others. */
const within = bundle((a: Node<unknown>, depth: Node<number>): Node<unknown> => (depth.value > 0 ? op.add(within(a as Node<number>, depth.value - 1) as Node<number>, 1) : op.add(a as Node<number>, 1)), { name: 'within', nested: true }) as (a: Node<unknown>, depth: number) => Node<unknown>
const nested = fc.tuple(expressions, fc.nat({ max: 3 })).map(([graph, depth]) => op.add(graph as Node<number>, within(graph, depth) as Node<number>))

test('no two boxes overlap, every box and arrow lies on the page, and every line fits into its box', async () => {
  await fc.assert(fc.asyncProperty(expressions, async (graph) => {
    const { boxes, arrows, width, height } = await layOut(makePicture(graph, {}))
    for (const [index, a] of boxes.entries()) {
      expect([a.x, a.y, width - a.x - a.width, height - a.y - a.height].filter((space) => space < -0.01)).toEqual([])
      for (const b of boxes.slice(index + 1)) expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true)
      for (const { text } of a.texts) expect(columns(text) * COLUMN).toBeLessThanOrEqual(a.width - 2 * PADDING)
    }
    for (const { x, y } of arrows.flatMap(({ points }) => points)) expect([x, y, width - x, height - y].filter((space) => space < -0.01)).toEqual([])
  }), { numRuns: 15 })
})

test('no arrow passes over a box that it does not belong to; it leaves and meets its own at the side, apart from others', async () => {
  await fc.assert(fc.asyncProperty(fc.oneof(expressions, nested), async (graph) => {
    const picture = makePicture(graph, { maxNodes: 60 })
    const { boxes, arrows } = await layOut(picture)
    const byId = new Map(boxes.map((one) => [one.box.id, one]))
    const tips = new Set<string>()
    for (const [index, { points }] of arrows.entries()) {
      const { from, to } = picture.arrows[index]!
      const way = drawn(points)
      for (const one of boxes) {
        if (one.box.id === from || one.box.id === to) continue
        expect(way.filter(({ x, y }) => x > one.x + 1 && x < one.x + one.width - 1 && y > one.y + 1 && y < one.y + one.height - 1)).toEqual([])
      }
      for (const [id, { x, y }] of [[from, points[0]!], [to, points.at(-1)!]] as const) {
        const { x: left, y: top, width, height } = byId.get(id)!
        const [across, along] = [Math.min(Math.abs(x - left), Math.abs(x - left - width)), Math.min(Math.abs(y - top), Math.abs(y - top - height))]
        expect(Math.min(across, along)).toBeLessThan(0.01)
      }
      tips.add(points.at(-1)!.x.toFixed(1) + ' ' + points.at(-1)!.y.toFixed(1))
    }
    expect(tips.size).toBe(arrows.length)
  }), { numRuns: 15 })
})

test('a frame holds the boxes and frames inside of it and no other box', async () => {
  const inside = bundle((a: Node<unknown>, depth: Node<number>): Node<unknown> => (depth.value > 0 ? op.add(inside(a as Node<number>, depth.value - 1) as Node<number>, 1) : op.add(a as Node<number>, 1)), { name: 'inside', nested: true }) as (a: Node<unknown>, depth: number) => Node<unknown>
  await fc.assert(fc.asyncProperty(expressions, fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 3 }), async (graph, depths) => {
    const picture = makePicture(depths.map((depth) => inside(graph, depth)), { maxNodes: 300 })
    const { boxes, frames } = await layOut(picture)
    const holds = (outer: typeof frames[number], inner: { x: number; y: number; width: number; height: number }): boolean =>
      outer.x <= inner.x && outer.y <= inner.y && outer.x + outer.width >= inner.x + inner.width && outer.y + outer.height >= inner.y + inner.height
    const apart = (a: typeof frames[number], b: typeof boxes[number]): boolean => a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
    const around = new Map(picture.frames.map(({ id, around: outer }) => [id, outer]))
    for (const [index, frame] of frames.entries()) {
      const { id } = picture.frames[index]!
      for (const box of boxes) {
        let at = box.box.frame
        while (at !== undefined && at !== id) at = around.get(at)
        expect(at === id ? holds(frame, box) : apart(frame, box)).toBe(true)
      }
    }
    expect(frames.length).toBeGreaterThan(0)
  }), { numRuns: 15 })
})

test('200 nodes become at most 24 boxes, 40 stay as they are', () => {
  const chain = (length: number): Node<unknown> => expression(Array.from({ length }, (_, index): [number, number] => [index, 0]))
  expect(makePicture(chain(38), {}).boxes).toHaveLength(40)
  expect(makePicture(chain(200), {}).boxes.length).toBeLessThanOrEqual(24)
  expect(makePicture(chain(200), { maxNodes: 300 }).boxes.length).toBeGreaterThan(100)
})

test('lines are as long as allowed, lose nothing but spaces between them, and break no character', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 2, max: 20 }), (text, width) => {
    const lines = wrap(text, width)
    for (const line of lines) {
      expect(columns(line)).toBeLessThanOrEqual(width)
      expect(line.isWellFormed()).toBe(text.isWellFormed())
    }
    expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''))
  }))
})
