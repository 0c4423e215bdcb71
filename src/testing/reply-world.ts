/** For tests of optimizers that write: a small workflow with a prompt and a number, and a model that answers from a script. Stage: testing. */
import { blameParameters } from '../backward/blame.ts'
import { seededRandom } from '../core/random.ts'
import type { CaseRun, ParameterValues } from '../feedback/case-run.ts'
import { bundle } from '../graph/bundle.ts'
import { parameter, withParameters, type Parameter } from '../graph/parameter.ts'
import { t } from '../graph/template.ts'
import type { Model, ModelRequest } from '../llm/model.ts'
import { messageText } from '../llm/message-text.ts'
import type { Evaluation, OptimizerCall, OptimizerSetup, RoundView } from '../optimize/optimizer.ts'
import { parameterSpecs } from '../train/parameter-specs.ts'

/** Every reply should hold two of these. */
export const rules = ['cite the order number', 'name the next step', 'state the refund window']

/** The workflow: a reply holds every rule that its prompt asks for, and is closed by a second prompt. */
export function replyWorld(ticketOf = (id: string): string => `ticket ${id}`) {
  const prompt = parameter('prompt', 'Answer {{name}} politely.', { description: 'System prompt' })
  const limit = parameter('limit', 0.9, { range: [0, 1] })
  const answer = bundle(function answer(request: string) { return rules.filter((rule) => request.includes(`Always ${rule}`)).join('; ') || 'nothing' }, { description: 'writes the reply' })
  const grade = bundle(function grade(reply: string, limit: number) { return limit > 0.5 ? reply : `${reply}!` })
  const parameters = new Map<string, Parameter<unknown>>([['prompt', prompt as never], ['limit', limit as never]])

  function runOf(id: string, values: ParameterValues, trial = 0): CaseRun {
    const output = withParameters(Object.entries(values).map(([name, value]) => parameters.get(name)!.with(value)), () => grade(answer(t`${prompt}\nTicket: ${ticketOf(id)}`), limit))
    const index = Number(id.slice(1))
    const missing = [rules[index % 3]!, rules[(index + 1) % 3]!].filter((rule) => !output.value.includes(rule))
    return {
      caseId: id, trial, score: 1 - missing.length / 2, checks: [], durationMs: 1, trace: { outputs: [output], leaks: [] },
      feedback: missing.map((rule) => ({ kind: 'assertion', message: `missing: ${rule}`, soft: true })),
    }
  }

  const start: ParameterValues = { prompt: 'Answer {{name}} politely.', limit: 0.9 }
  const setup = (kinds: readonly string[] = ['text', 'number']): OptimizerSetup => ({
    parameters: parameterSpecs([...parameters.values()].filter(({ kind }) => kinds.includes(kind)), { kinds: ['text', 'number'] } as never, start), random: seededRandom('world'),
  })
  const evaluate = (changed: ParameterValues, cases = 6): Evaluation => {
    const values = { ...start, ...changed }
    const runs = new Map(Array.from({ length: cases }, (_, index) => [`c${index}`, [runOf(`c${index}`, values)]] as const))
    return { values, complete: true, runs, score: [...runs.values()].reduce((sum, [run]) => sum + run.score!, 0) / cases }
  }

  /** A round in which `best` is the best of `tried`; what is recorded goes to `calls`. */
  function view(best: ParameterValues = {}, tried: readonly ParameterValues[] = [{}], more: Partial<RoundView> = {}): RoundView & { readonly calls: OptimizerCall[] } {
    const calls: OptimizerCall[] = []
    const found = evaluate(best)
    return {
      round: 1, best: found, history: [...tried.map((values) => evaluate(values)), found], blame: blameParameters(found.runs), maxCandidates: 8,
      signal: new AbortController().signal, record: (call) => { calls.push(call) }, calls, ...more,
    }
  }
  return { runOf, start, setup, evaluate, view, parameters }
}

/** A model that answers from a script, and remembers what it was asked. */
export function scriptedModel(script: (prompt: string, call: number) => string): Model & { readonly requests: readonly ModelRequest[]; readonly prompts: readonly string[] } {
  const requests: ModelRequest[] = []
  const prompts: string[] = []
  return {
    name: 'scripted', requests, prompts,
    async send(request) {
      requests.push(request)
      const prompt = request.messages.map(messageText).join('\n')
      return { text: script(prompt, prompts.push(prompt) - 1), finish: 'stop', inputTokens: 10, outputTokens: 5 }
    },
  }
}
