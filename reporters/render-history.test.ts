/** The table of earlier runs. Stage: reporters. */
import { describe, expect, test } from 'vitest'
import { summarize, trendsOf, type Trend } from '../src/report/history.ts'
import { unpainted } from './ansi.ts'
import { displayWidth } from './display-width.ts'
import { renderTrend } from './render-history.ts'
import { aGain, sampleRuns } from './sample-reports.ts'

const entry = (day: number, final: number, more: object = {}) => {
  const run = { ...sampleRuns['a gain']!, startedAt: `2026-01-${String(day).padStart(2, '0')}T03:04:05.000Z`, environment: { commit: `${day}abcdef0123` }, workflows: [{ ...aGain, verdict: final < 0.9 ? 'fail' as const : 'pass' as const, passed: final >= 0.9, final: { ...aGain.final, score: final }, ...more }] }
  return summarize(run)!
}
const trend = (...scores: number[]): Trend => trendsOf(scores.map((score, index) => entry(index + 1, score)))[0]!

describe('a trend', () => {
  test('shows each run with what changed since the one before', () => {
    expect(renderTrend(trend(0.7, 0.92, 0.91))).toMatchInlineSnapshot(`
      "
       ticket routing   evals/route.eval.ts
         ▁██
         run                commit    score         since   at least   verdict
         2026-01-01 03:04   1abcdef   0.58 → 0.70           0.76       FAIL
         2026-01-02 03:04   2abcdef   0.58 → 0.92   +0.22   0.76       PASS
         2026-01-03 03:04   3abcdef   0.58 → 0.91   -0.01   0.76       PASS
      "
    `)
  })

  test('shows the last runs, and counts the others', () => {
    const text = renderTrend(trend(...Array.from({ length: 30 }, () => 0.9)), { most: 5 })
    expect(text.match(/2026-/g)).toHaveLength(5)
    expect(text).toContain('25 earlier runs not shown')
  })

  test.each([60, 80, 120])('fits into %i columns, and colour is all that painting adds', (columns) => {
    const plain = renderTrend(trend(0.7, 0.92, 0.91), { columns })
    for (const line of plain.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
    expect(unpainted(renderTrend(trend(0.7, 0.92, 0.91), { columns, color: true }))).toBe(plain)
  })

  test('leaves out what no run has: commits without Git, costs without a model', () => {
    const { commit: _, ...bare } = entry(1, 0.9, { usage: { ...aGain.usage, costUsd: 0 } })
    expect(renderTrend(trendsOf([bare])[0]!)).not.toMatch(/commit|cost/)
  })
})
