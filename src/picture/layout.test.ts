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
const expressions = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }).map(expression)

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
