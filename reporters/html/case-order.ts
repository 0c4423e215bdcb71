/** What became of a case, and the order in which a page tells it: what got worse first. Stage: reporters. */
import type { CaseReport } from '../../src/report/run-report.ts'

export type State = 'worse' | 'unmeasured' | 'failing' | 'better' | 'passing'
const order: readonly State[] = ['worse', 'unmeasured', 'failing', 'better', 'passing']

/** What a reader has to know first. */
export const stateOf = ({ change, after }: CaseReport): State =>
  (change === 'worse' ? 'worse' : after === null ? 'unmeasured' : change === 'better' ? 'better' : after < 1 ? 'failing' : 'passing')

/** A case that got better may fail still, and one that got worse may pass. */
export function statesOf(one: CaseReport): string {
  return [...new Set([stateOf(one), ...one.after !== null && one.after < 1 ? ['failing'] : []])].join(' ')
}

/** Cases in the order of the page. */
export function inOrder(cases: readonly CaseReport[]): CaseReport[] {
  return cases.toSorted((a, b) => order.indexOf(stateOf(a)) - order.indexOf(stateOf(b)) || Math.abs((b.after ?? 0) - (b.before ?? 0)) - Math.abs((a.after ?? 0) - (a.before ?? 0)))
}
