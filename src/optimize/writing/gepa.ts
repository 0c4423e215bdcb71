/** Reflective mutation: one parameter at a time, from a small batch of runs, of a parent that leads somewhere. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import type { Random } from '../../core/random.ts'
import type { RepairInputs } from './ask-edits.ts'
import type { Evaluation, Optimizer, ParameterSpec, RoundView } from '../optimizer.ts'
import { checkTemplates, type PromptTemplate } from './prompt-template.ts'
import { reflectMessages, TAG_FORM, TEMPLATE_INPUTS, type ProposeInputs } from './reflect-prompt.ts'
import { writingOptimizer } from './writing-optimizer.ts'
import type { WritingOptions } from './writing-round.ts'

/** Options of {@link gepa}. */
export interface GepaOptions extends WritingOptions {
  /** Cases that a question shows. @defaultValue 3 */
  readonly batch?: number
  /** Whose values are changed: a candidate of the Pareto front, drawn by the number of cases that it leads; or always the best one. @defaultValue 'pareto' */
  readonly parent?: 'pareto' | 'best'
  /** Prompts that stand in place of its own. */
  readonly templates?: { readonly propose?: PromptTemplate<ProposeInputs>; readonly repair?: PromptTemplate<RepairInputs> }
}

/**
 * Asks a model once a round to rewrite one parameter of one earlier candidate, from the feedback of a few of its cases.
 *
 * After GEPA (Agrawal et al. 2025, "Reflective Prompt Evolution Can Outperform Reinforcement Learning", section 3 and algorithm 1): a parent from the front of
 * candidates that are best on some case, weighted by the cases it leads; parameters in turn; a batch of 3 cases. Where we differ: only suspected
 * parameters take turns; a question also tells what failed over all cases; traces are shown of the best candidate only, since the graphs of others
 * are let go; a child has to win the race against the best candidate, on all cases to learn from, to be kept; nothing is merged.
 *
 * @throws {TraceEvalError} `OPTIMIZER_MODEL`, `OPTIMIZER_OPTIONS`, `OPTIMIZER_TEMPLATE`.
 * @example
 * ```ts
 * const optimizer = gepa({ batch: 8, parent: 'best' })
 * optimizer.name // 'gepa'
 * ```
 */
export function gepa(options: GepaOptions = {}): Optimizer {
  const { batch = 3, parent: chooses = 'pareto', templates, graph, feedback } = options
  checkTemplates(templates, TEMPLATE_INPUTS)
  return writingOptimizer({
    name: 'gepa', options,
    begin() {
      // Which parameter's turn is next, by candidate. A child goes on where its parent was.
      const turns = new Map<string, number>()
      let epoch: string[] = []
      return async ({ view, editable, lessons, fence, limit, random, edits }) => {
        const parent = chooses === 'best' ? view.best : paretoParent(view, random.fork('parent'))
        const key = canonicalJson(parent.values)
        const turn = turns.get(key) ?? 0
        turns.set(key, turn + 1)
        const component = editable[turn % editable.length]!
        const failing = [...parent.runs].filter(([, trials]) => trials.some(({ score }) => (score ?? 1) < 1)).map(([id]) => id)
        // Each failing case has its turn before one comes again.
        epoch = epoch.filter((id) => failing.includes(id))
        if (epoch.length < batch) epoch = [...epoch, ...random.fork('batch').shuffle(failing.filter((id) => !epoch.includes(id)))]
        const cases = epoch.splice(0, batch)
        const seen: RoundView = { ...view, best: parent }
        const { messages, shown } = reflectMessages({ view: seen, editable: [component], lessons, fence, limit, graph, feedback, cases, onlyNear: true, template: templates?.propose })
        const { changes, problems } = await edits({ messages, shown, form: TAG_FORM })
        if (changes.size === 0) return [{ changes, problems, reason: '' }]
        const child = against(view, parent, changes, editable)
        turns.set(canonicalJson({ ...view.best.values, ...Object.fromEntries(child) }), turn + 1)
        return [{ changes: child, problems, reason: `${component.name} rewritten from ${cases.length} ${cases.length === 1 ? 'case' : 'cases'}${parent === view.best ? '' : ' of another candidate'}` }]
      }
    },
  })
}

/** One of the candidates that are best on some case and that no other one is as good as everywhere, by the number of cases that it leads. */
function paretoParent({ best, history }: RoundView, random: Random): Evaluation {
  const complete = history.filter((evaluation) => evaluation.complete)
  const leads = new Map<Evaluation, number>()
  for (const id of best.runs.keys()) {
    const scores = complete.map((evaluation) => ({ evaluation, score: scoreOf(evaluation, id) }))
    const top = Math.max(...scores.map(({ score }) => score))
    for (const { evaluation, score } of scores) if (score === top) leads.set(evaluation, (leads.get(evaluation) ?? 0) + 1)
  }
  const front = [...leads].filter(([one]) => !complete.some((other) => other !== one && dominates(other, one, best.runs.keys().toArray())))
  let draw = random.next() * front.reduce((sum, [, count]) => sum + count, 0)
  for (const [evaluation, count] of front) if ((draw -= count) < 0) return canonicalJson(evaluation.values) === canonicalJson(best.values) ? best : evaluation
  return best
}

function scoreOf({ runs }: Evaluation, id: string): number {
  const scores = (runs.get(id) ?? []).flatMap(({ score }) => score ?? [])
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length
}

function dominates(a: Evaluation, b: Evaluation, ids: readonly string[]): boolean {
  return ids.every((id) => scoreOf(a, id) >= scoreOf(b, id)) && ids.some((id) => scoreOf(a, id) > scoreOf(b, id))
}

/** The parent's values with the edit, as changes of the best ones. */
function against({ best }: RoundView, parent: Evaluation, changes: ReadonlyMap<string, unknown>, editable: readonly ParameterSpec[]): Map<string, unknown> {
  const values: Readonly<Record<string, unknown>> = { ...parent.values, ...Object.fromEntries(changes) }
  return new Map(editable.filter(({ name }) => canonicalJson(values[name] ?? null) !== canonicalJson(best.values[name] ?? null)).map(({ name }) => [name, values[name]]))
}
