/** Live lines, judged by what stands on the screen of a small terminal. Stage: reporters. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../src/core/clock.ts'
import { displayWidth } from './display-width.ts'
import { renderEndedRound, renderLive, type LiveView } from './live-line.ts'
import { LiveLines } from './live-lines.ts'

const anyCharacter = fc.nat({ max: 0x10_ffff }).map((code) => String.fromCodePoint(code))

const view = (more: Partial<LiveView> = {}): LiveView => ({
  workflow: 'ticket routing', phase: 'round', round: 3, rounds: 10, done: 24, total: 36, startScore: 0.61, bestScore: 0.72, remainingMs: 125_000, ended: [], ...more,
})
const ended = (round: number): LiveView['ended'][number] => ({ round, before: 0.61, after: 0.72, kept: true, text: 'instructions' })

describe('a live line', () => {
  it('says where a workflow is', () => {
    expect(renderLive(view())).toBe(' ticket routing   round 3/10   24/36 cases   0.61 → 0.72 +0.11   2 min left')
    expect(renderLive(view(), { columns: 60 })).toBe(' ticket rou…   round 3/10   24/36 cases   0.61 → 0.72 +0.11')
    const { startScore: _start, bestScore: _best, remainingMs: _left, ...early } = view({ phase: 'start', done: 0 })
    expect(renderLive(early)).toBe(' ticket routing   start   0/36 cases')
    expect(renderLive(view({ phase: 'held-out', total: 0, bestScore: 0.61, remainingMs: 900 }))).toBe(' ticket routing   held out   0.61   1 s left')
  })

  it('is one line that leaves a column free, whatever the name and the width', () => {
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), fc.integer({ min: 20, max: 120 }), fc.boolean(), (workflow, columns, color) => {
      const line = renderLive(view({ workflow: `${workflow}漢\n` }), { columns, color })
      expect(displayWidth(line)).toBeLessThan(columns)
      expect(line).not.toMatch(/[\n\r]/)
    }))
  })
})

/** A screen that knows what live lines use: line feed, cursor up, carriage return, erase below. */
function screen(): { write: (text: string) => void; lines: () => string[]; writes: () => number } {
  const rows = ['']
  let [row, writes] = [0, 0]
  const write = (text: string): void => {
    writes++
    for (const [token] of text.matchAll(/\u001b\[(\d+)A|\u001b\[0J|\r|\n|[^\u001b\r\n]+/g)) { // oxlint-disable-line no-control-regex
      const up = /^\u001b\[(\d+)A$/.exec(token) // oxlint-disable-line no-control-regex
      if (up !== null) row -= Number(up[1])
      else if (token === '\u001b[0J') rows.splice(row, rows.length, '')
      else if (token === '\n') rows[++row] ??= ''
      else if (token !== '\r') rows[row] += token
    }
  }
  return { write, lines: () => rows.slice(0, -1), writes: () => writes }
}

/** A clock that stands until it is moved. */
function stoppedClock(): Clock & { pass(ms: number): void } {
  const timers = new Map<number, { at: number; callback: () => void }>()
  let [time, next] = [0, 0]
  return {
    now: () => time,
    setTimeout: (callback, ms) => { timers.set(++next, { at: time + ms, callback }); return next },
    clearTimeout: (timer) => { timers.delete(timer as number) },
    pass: (ms) => {
      time += ms
      for (const [id, { at, callback }] of timers) if (at <= time) { timers.delete(id); callback() }
    },
  }
}

describe('on a terminal', () => {
  const start = (more: Partial<ConstructorParameters<typeof LiveLines>[0]> = {}) => {
    const [shown, clock] = [screen(), stoppedClock()]
    return { ...shown, clock, live: new LiveLines({ tty: true, columns: 80, color: false, write: shown.write, clock, ...more }) }
  }

  it('each workflow has one line, and what is printed stands above', () => {
    const { live, lines, clock } = start()
    live.update('a', view({ workflow: 'a', done: 1 }))
    clock.pass(100)
    live.update('b', view({ workflow: 'b', done: 1 }))
    live.print('done with something\n')
    clock.pass(100)
    live.update('a', view({ workflow: 'a', done: 2 }))
    expect(lines()).toEqual(['done with something', renderLive(view({ workflow: 'a', done: 2 })), renderLive(view({ workflow: 'b', done: 1 }))])
    live.remove('a')
    expect(lines()).toEqual(['done with something', renderLive(view({ workflow: 'b', done: 1 }))])
    live.end()
    expect(lines()).toEqual(['done with something'])
  })

  it('a thousand updates at once are drawn twice: the first, and the last after a while', () => {
    const { live, lines, writes, clock } = start()
    for (let done = 0; done < 1000; done++) live.update('a', view({ done, total: 1000 }))
    expect(writes()).toBe(1)
    clock.pass(80)
    expect(writes()).toBe(2)
    expect(lines()).toEqual([renderLive(view({ done: 999, total: 1000 }))])
    clock.pass(1000)
    expect(writes()).toBe(2)
  })

  it('what happened stands above, once, however often it is sent', () => {
    const { live, lines, clock } = start()
    const notices = [{ number: 1, text: 'small: rate limited, resuming in 2 s' }]
    live.update('a', view())
    for (let done = 0; done < 3; done++) { live.update('a', view({ done, notices })); clock.pass(100) }
    live.update('a', view({ notices: [...notices, { number: 2, text: 'again' }] }))
    clock.pass(100)
    expect(lines()).toEqual([' ticket routing   small: rate limited, resuming in 2 s', ' ticket routing   again', renderLive(view())])
  })

  it('nothing is drawn after the end', () => {
    const { live, lines, clock } = start()
    live.update('a', view())
    live.update('a', view({ done: 30 }))
    live.end()
    clock.pass(1000)
    expect(lines()).toEqual([])
  })

  it('more workflows than the terminal has lines are counted', () => {
    const { live, lines, clock } = start({ rows: 5 })
    for (const id of ['a', 'b', 'c', 'd', 'e']) { live.update(id, view({ workflow: id })); clock.pass(100) }
    expect(lines().at(-1)).toBe(' … and 2 more')
    expect(lines()).toHaveLength(4)
  })

  it('whatever happens in whatever order, only what was printed stays', () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('update' as const), id: fc.constantFrom('a', 'b', 'c'), done: fc.nat(36) }),
      fc.record({ do: fc.constant('print' as const), text: fc.stringMatching(/^[a-z]{0,8}(?:\n[a-z]{1,8})?$/) }),
      fc.record({ do: fc.constant('remove' as const), id: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('pass' as const), ms: fc.nat(200) }))
    fc.assert(fc.property(fc.array(action), (actions) => {
      const { live, lines, clock } = start()
      const printed: string[] = []
      for (const one of actions) {
        if (one.do === 'update') live.update(one.id, view({ workflow: one.id, done: one.done }))
        if (one.do === 'remove') live.remove(one.id)
        if (one.do === 'pass') clock.pass(one.ms)
        if (one.do === 'print') { live.print(one.text); if (one.text !== '') printed.push(...one.text.split('\n')) }
        expect(lines().slice(0, printed.length)).toEqual(printed)
      }
      live.end()
      expect(lines()).toEqual(printed)
    }))
  })
})

describe('in a log', () => {
  it('each finished round is one line, once', () => {
    let log = ''
    const live = new LiveLines({ tty: false, columns: 80, color: false, quietMs: 0, write: (text) => { log += text } })
    live.update('a', view())
    live.update('a', view({ ended: [ended(1)] }))
    live.update('a', view({ ended: [ended(1)], done: 30 }))
    live.update('a', view({ ended: [ended(1), { ...ended(2), after: 0.61, kept: false, text: 'none better' }] }))
    live.print('the end')
    live.end()
    expect(log).toBe(' ticket routing   round 1   0.61 → 0.72   kept   instructions\n ticket routing   round 2   0.61 → 0.61   not kept   none better\nthe end\n')
  })

  it('rounds of a workflow that ends soon are left to its table; of one that takes longer, all are told', () => {
    let [log, now] = ['', 0]
    const live = new LiveLines({ tty: false, columns: 80, color: false, write: (text) => { log += text }, clock: { now: () => now, setTimeout: () => undefined, clearTimeout: () => undefined } })
    expect(live.update('a', view({ ended: [ended(1)] }))).toBe(false)
    now = 2999
    expect([live.update('a', view({ ended: [ended(1), ended(2)] })), log]).toEqual([false, ''])
    now = 3000
    expect(live.update('a', view({ ended: [ended(1), ended(2)] }))).toBe(true)
    expect(log.match(/round \d/g)).toEqual(['round 1', 'round 2'])
    expect(live.update('b', view({ ended: [ended(1)] }))).toBe(false)
  })

  it('a round\'s line cannot start a command of the log', () => {
    expect(renderEndedRound('::error::x', ended(1))).toBe(' ∶:error::x   round 1   0.61 → 0.72   kept   instructions\n')
  })
})
