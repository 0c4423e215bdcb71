/** Code from proposal to proposal: type errors, endless loops and wrong results go back to who wrote them. A real server, type check and sandbox. Stage: optimize. */
import { afterEach, expect, test } from 'vitest'
import { connectCode } from '../code/connect.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { feedbackFromError } from '../feedback/from-error.ts'
import { bundle } from '../graph/bundle.ts'
import { exceptionNodeOf, node, type Node } from '../graph/node.ts'
import { withParameters } from '../graph/parameter.ts'
import type { Model } from '../llm/model.ts'
import { openaiModel } from '../llm/openai-model.ts'
import { scriptedServer } from '../testing/scripted-server.ts'
import { resolvePlan } from '../train/defaults.ts'
import { train } from '../train/train.ts'
import { byKind } from './by-kind.ts'
import { optoPrime } from './writing/opto-prime.ts'
import type { Optimizer } from './optimizer.ts'
import { reflect } from './writing/reflect.ts'
import { search } from './search/search.ts'

let disconnect: () => void = () => undefined
afterEach(() => disconnect())

const signature = 'function pick(order: Order): string {'
const written = (body: string): string => `${signature}\n  ${body}\n}`
const answers = [
  written('return order.totl > 100 ? "gold" : "plain"'),
  written('while (order.total >= 0) {}\n  return "plain"'),
  written('return order.total > 100 ? "gold" : "plain"'),
]

test.each<[string, string, (model: Model) => Optimizer]>([
  ['reflect', 'component', (model) => reflect(model)],
  ['optoprime', 'variable', (model) => optoPrime({ model })],
  ['by kind', 'variable', (model) => byKind({ code: optoPrime({ model }), number: search() })],
])('%s: a type error is refused before it runs, a loop is stopped and told, the third answer is right', async (_, tag, make) => {
  await using server = await scriptedServer((__, call) => `\`\`\`\n<${tag} name="pick">\n${answers[call] ?? 'no more'}\n</${tag}>`)
  disconnect = connectCode({ isolation: 'worker', limits: { timeMs: 80 } })
  const pick = bundle(function pick(_order: { total: number }) { return 'plain' }, { trainable: { source: written('return "plain"'), types: 'interface Order { total: number }' } })
  const totals = [20, 300, 90, 5000]
  const runCase = async ({ case: { id }, trial, values }: { case: { id: string }; trial: number; values: Readonly<Record<string, unknown>> }): Promise<CaseRun> => {
    const total = totals[Number(id)]!
    const expected = total > 100 ? 'gold' : 'plain'
    const run = { caseId: id, trial, checks: [], durationMs: 1 }
    try {
      const output = withParameters(Object.entries(values).map(([, value]) => pick.parameter.with(value as string)), () => pick(node({ total }, 'order')))
      const right = output.value === expected
      return { ...run, score: right ? 1 : 0, trace: { outputs: [output], leaks: [] }, feedback: right ? [] : [{ kind: 'assertion', message: `expected '${output.value}' to be '${expected}'`, soft: true }] }
    } catch (error) {
      return { ...run, score: 0, trace: { outputs: [exceptionNodeOf(error) as Node<unknown>], leaks: [] }, feedback: feedbackFromError(error, { soft: false }) }
    }
  }
  const plan = resolvePlan({ workflow: 'tiers', cases: totals.map((__, index) => ({ id: String(index) })), rounds: 5, holdOut: false })
  const outcome = await train(plan, make(openaiModel({ model: 'scripted', baseURL: server.baseURL })), { runCase, signal: new AbortController().signal })

  expect(outcome).toMatchObject({ stop: 'perfect', finalValues: { pick: answers[2] } })
  expect(server.prompts).toHaveLength(3)
  expect(server.prompts[0]).toContain(`The code should start with:\n${signature}`)
  expect(server.prompts[1]).toMatch(/not accepted: .*type errors.*Property 'totl' does not exist on type 'Order'/s)
  expect(server.prompts[2]).toMatch(/not better \(.*; it ended in .*80 ms.* \(\d of \d cases\)\): pick as /s)
  expect(outcome.rounds[0]!.reason).toContain('no candidate; nothing to try in the answer: expected code without type errors')
  expect(outcome.steps.flatMap(({ edits }) => edits.map(({ state }) => state))).toEqual(['refused', 'not-better', 'kept'])
})
