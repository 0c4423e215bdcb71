/** Runs under way share one timer, and each still ends when its own time is over. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../core/clock.ts'
import { RunningCases, type RunningCase } from './running-cases.ts'

describe('runs of cases under way', () => {
  let ended: string[]
  let running: RunningCases
  beforeEach(() => { [ended, running] = [[], new RunningCases()] })
  afterEach(() => { ended.length = 0 })
  const one = (name: string, ms: number): RunningCase => ({
    deadline: systemClock.now() + ms,
    stop: (reason) => { ended.push(`${name} stopped: ${String(reason)}`) },
    timeOut: () => { ended.push(`${name} late`) },
  })
  const settled = async (count: number): Promise<void> => { await expect.poll(() => ended.length, { timeout: 5000 }).toBe(count) }

  test('each is late at its own time, the soonest first, in whatever order they began', async () => {
    for (const [name, ms] of [['slow', 90], ['fast', 10], ['middle', 50]] as const) running.add(one(name, ms))
    await settled(3)
    expect(ended).toEqual(['fast late', 'middle late', 'slow late'])
  })

  test('one that ended in time is not late, and the timer goes on for the others', async () => {
    const [first, second] = [one('first', 20), one('second', 60)]
    running.add(first)
    running.add(second)
    running.delete(first)
    await settled(1)
    expect(ended).toEqual(['second late'])
  })

  test('one without a limit is never late', async () => {
    running.add(one('endless', Infinity))
    running.add(one('short', 10))
    running.add(one('longer', 40))
    await settled(2)
    // Told once each, though both are still under way.
    expect(ended).toEqual(['short late', 'longer late'])
  })

  test('all that are under way are stopped, and nobody else', () => {
    const gone = one('gone', 1000)
    running.add(gone)
    running.add(one('here', 1000))
    running.delete(gone)
    running.stop('Ctrl-C')
    expect(ended).toEqual(['here stopped: Ctrl-C'])
  })

  test('when none is left no timer is either', () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    const last = one('last', 60_000)
    running.add(last)
    expect(timers()).toBe(before + 1)
    running.delete(last)
    expect(timers()).toBe(before)
  })
})
