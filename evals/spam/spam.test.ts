import { originOf, withParameters } from 'trace-eval'
import { describe, expect, test } from 'vitest'
import { countSignals, strengthOf } from './signals.ts'
import { classifyMail, counting, limit, lookAt, skipQuoted, subjectFactor, weights } from './spam.ts'

const mail = (body: string, subject = ''): Parameters<typeof classifyMail>[0] => ({ subject, type: 'text/plain', mailer: '', body })

test('a signal that does not occur is not counted', () => {
  expect(countSignals('FREE money now!!\nhttp://10.2.3.4/x')).toEqual({ money: 2, pressure: 1, exclamation: 2, shouting: 1, links: 1, numericLinks: 1 })
  expect(countSignals('')).toEqual({})
})

test.for([['once', 1], ['each', 3], ['log', 2]] as const)('three hits counted "%s" have a strength of %d', ([how, strength]) => {
  expect(strengthOf(3, how)).toBe(strength)
  expect(strengthOf(0, how)).toBe(0)
})

describe('classifyMail', () => {
  test('more points than the limit make spam', () => {
    expect(classifyMail(mail('free cash')).value).toBe('ham')
    expect(classifyMail(mail('free cash!')).value).toBe('spam')
    expect(withParameters([limit.with(3)], () => classifyMail(mail('free cash!')).value)).toBe('ham')
    expect(withParameters([weights.exclamation.with(0)], () => classifyMail(mail('free cash!')).value)).toBe('ham')
  })

  test('a hit in the subject counts by its factor', () => {
    expect(classifyMail(mail('', 'free cash')).value).toBe('ham')
    expect(withParameters([subjectFactor.with(2)], () => classifyMail(mail('', 'free cash')).value)).toBe('spam')
  })

  test('repeated hits count as told', () => {
    expect(withParameters([counting.with('once')], () => classifyMail(mail('!!!!!')).value)).toBe('ham')
    expect(withParameters([counting.with('log')], () => classifyMail(mail('!!!!!')).value)).toBe('spam')
  })

  test('quoted lines and what stands further down can be left out', () => {
    expect(withParameters([skipQuoted.with(true)], () => classifyMail(mail('> free\n> cash\n> money')).value)).toBe('ham')
    expect(withParameters([lookAt.with(50)], () => classifyMail(mail(`${' '.repeat(60)}free cash money`)).value)).toBe('ham')
  })

  test('only weights of signals that occur are in the trace', () => {
    const judged = originOf(classifyMail(mail('free cash')))
    const points = originOf((judged as Extract<typeof judged, { kind: 'message' }>).inputs[0] as never)
    expect((points as Extract<typeof points, { kind: 'message' }>).names).toEqual(['reading', 'factor', 'how', 'money'])
  })
})
