/** Places are shared fairly, replaced when lost, and nobody waits for one that can never come. Stage: code. */
import { expect, test } from 'vitest'
import { Places } from './places.ts'

const make = () => ({ isLost: false, isClosed: false, close() { this.isClosed = true } })
type Cell = ReturnType<typeof make>

test('so many at once, the others in turn', async () => {
  const places = new Places<Cell>(2, make)
  const order: number[] = []
  await Promise.all([0, 1, 2, 3, 4].map(async (call) => {
    const place = await places.take()
    order.push(call)
    await Promise.resolve()
    places.give(place)
  }))
  expect(order).toEqual([0, 1, 2, 3, 4])
})

test('a call that cannot wait gets one more; a lost one is closed and replaced', () => {
  const places = new Places<Cell>(1, make)
  const [first, second] = [places.takeNow(), places.takeNow()]
  first.isLost = true
  places.give(first)
  places.give(second)
  expect([first.isClosed, second.isClosed, places.takeNow() === second]).toEqual([true, false, true])
})

test('where none can be made, everybody who waits is told', async () => {
  let isBroken = false
  const places = new Places<Cell>(1, () => { if (isBroken) throw new Error('no memory'); return make() })
  const place = await places.take()
  const waiting = [1, 2, 3].map(() => places.take().catch((error: Error) => error.message))
  isBroken = true
  place.isLost = true
  places.give(place)
  expect(await Promise.all(waiting)).toEqual(['no memory', 'no memory', 'no memory'])
})

test('what waits when all is closed is told so', async () => {
  const places = new Places<Cell>(1, make)
  const place = places.takeNow()
  const waiting = places.take()
  places.close()
  await expect(waiting).rejects.toThrow('received one that was disposed of')
  expect(place.isClosed).toBe(true)
})
