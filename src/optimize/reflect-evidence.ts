/** What a model needs to see of the runs: which checks fail, how often, and how the values came about. Stage: optimize. */
import { isNode, originOf, peek, settled, unwrap, type Node } from '../graph/node.ts'
import { topologicalOrder } from '../graph/order.ts'
import { shorten } from '../core/describe-value.ts'
import { escapeControls } from '../core/text.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import type { Feedback } from '../feedback/feedback.ts'

/** One thing that failed, over all cases. */
export interface Failure { readonly text: string; readonly cases: readonly string[] }

type Runs = ReadonlyMap<string, readonly CaseRun[]>

/** Everything that failed, each text once with the cases it failed in, the most frequent first. */
export function failuresOf(runs: Runs): Failure[] {
  const cases = new Map<string, Set<string>>()
  for (const [id, trials] of runs) {
    for (const { feedback } of trials) {
      for (const one of feedback) {
        const text = failureText(one)
        const known = cases.get(text)
        if (known === undefined) cases.set(text, new Set([id]))
        else known.add(id)
      }
    }
  }
  return Array.from(cases, ([text, ids]) => ({ text, cases: [...ids] })).toSorted((a, b) => b.cases.length - a.cases.length)
}

/** The user's own words first; both sides where they say more. */
function failureText({ message, check, expected, received }: Feedback): string {
  const name = check === undefined || message.includes(check) ? '' : `${check}: `
  const sides = expected === undefined || received === undefined || message.includes(expected) ? '' : ` (expected ${shorten(expected, 200)}, received ${shorten(received, 200)})`
  return shorten(`${name}${message}${sides}`.replaceAll(/\s*\n\s*/g, ' '), 600)
}

/** At most `count` failing cases, so that together they show as many different failures as possible; the worst first among equals. */
export function tellingCases(runs: Runs, count: number): string[] {
  const left = [...runs].map(([id, trials]) => ({
    id, score: Math.min(...trials.map(({ score }) => score ?? 1)), failures: new Set(trials.flatMap(({ feedback }) => feedback.map(failureText))),
  })).filter(({ score, failures }) => score < 1 && failures.size > 0)
  const [shown, chosen] = [new Set<string>(), [] as string[]]
  while (chosen.length < count && left.length > 0) {
    const fresh = (failures: ReadonlySet<string>): number => [...failures].filter((text) => !shown.has(text)).length
    const next = left.reduce((best, one) => (fresh(one.failures) - fresh(best.failures) || best.score - one.score) > 0 ? one : best)
    left.splice(left.indexOf(next), 1)
    for (const text of next.failures) shown.add(text)
    chosen.push(next.id)
  }
  return chosen
}

/** Steps that are shown of one run, the last ones: what is nearest to the outcome. */
const MAX_STEPS = 24

/** How a run came about, one line for each given value and each step: `pick_3 = pick(reply: classify_1, least: minConfidence) → 'human'`. */
export function traceLines({ trace }: CaseRun, valueLimit: number): string[] {
  const order = topologicalOrder(trace.outputs)
  const names = new Map<Node<unknown>, string>()
  const lines: string[] = []
  for (const node of order.nodes) {
    const origin = originOf(node)
    names.set(node, origin.kind === 'parameter' ? node.name : `${node.name}_${names.size + 1}`)
    if (origin.kind === 'parameter') continue
    const inputs = 'inputs' in origin ? origin.inputs.map((input, index) => `${origin.names[index]}: ${isNode(input) ? names.get(settled(input)) ?? input.name : valueText(input, 80)}`) : []
    const made = 'inputs' in origin ? ` = ${origin.step.name}(${inputs.join(', ')})${origin.step.description === undefined ? '' : ` [${shorten(origin.step.description, 120)}]`}` : ''
    const value = origin.kind === 'exception' ? `failed: ${shorten(String(peek(node)), valueLimit)}` : valueText(peek(node), valueLimit)
    lines.push(escapeControls(`${names.get(node)!}${made} → ${value}`))
  }
  return lines.length <= MAX_STEPS ? lines : [`… ${lines.length - MAX_STEPS} earlier steps`, ...lines.slice(-MAX_STEPS)]
}

function valueText(value: unknown, limit: number): string {
  const plain = unwrap(value)
  if (typeof plain === 'string') return shorten(plain, limit)
  try { return shorten(JSON.stringify(plain) ?? String(plain), limit) } catch { return shorten(String(plain), limit) }
}
