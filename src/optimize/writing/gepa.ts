/** Reflective mutation: one parameter at a time, from a small batch of runs. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import type { RepairInputs } from './ask-edits.ts'
import type { Optimizer } from '../optimizer.ts'
import { checkTemplates, type PromptTemplate } from './prompt-template.ts'
import { reflectMessages, TAG_FORM, TEMPLATE_INPUTS, type ProposeInputs } from './reflect-prompt.ts'
import { writingOptimizer } from './writing-optimizer.ts'
import type { WritingOptions } from './writing-round.ts'

/** Options of {@link gepa}. */
export interface GepaOptions extends WritingOptions {
  /** Cases that a question shows. @defaultValue 3 */
  readonly batch?: number
  /** Prompts that stand in place of its own. */
  readonly templates?: { readonly propose?: PromptTemplate<ProposeInputs>; readonly repair?: PromptTemplate<RepairInputs> }
}

/**
 * Asks a model once a round to rewrite one parameter of one candidate, from the feedback of a few of its cases.
 *
 * After GEPA (Agrawal et al. 2025, "Reflective Prompt Evolution Can Outperform Reinforcement Learning", section 3 and algorithms 1 to 4). The parent, a
 * candidate of the front drawn by the number of cases it leads in, and the merge of two of them are the strategy `pareto`, which a run takes with it where it
 * names no other one; parameters take turns, from a batch of 3 cases. Where we differ: only suspected parameters take turns; a question also tells what failed over
 * all cases; a child has to hold out against its parent in a race before it runs on all cases to learn from, where the paper wants a gain on the batch.
 *
 * @throws {TraceEvalError} `OPTIMIZER_MODEL`, `OPTIMIZER_OPTIONS`, `OPTIMIZER_TEMPLATE`.
 * @example
 * ```ts
 * const optimizer = gepa({ batch: 8 })
 * optimizer.name // 'gepa'
 * optimizer.strategy // 'pareto'
 * ```
 */
export function gepa(options: GepaOptions = {}): Optimizer {
  const { batch = 3, templates, graph, feedback } = options
  checkTemplates(templates, TEMPLATE_INPUTS)
  return writingOptimizer({
    name: 'gepa', strategy: 'pareto', options,
    begin() {
      // Which parameter's turn is next, by candidate. A child goes on where its parent was.
      const turns = new Map<string, number>()
      let epoch: string[] = []
      return async ({ view, editable, lessons, fence, limit, random, edits }) => {
        const parent = view.best
        const key = canonicalJson(parent.values)
        const turn = turns.get(key) ?? 0
        turns.set(key, turn + 1)
        const component = editable[turn % editable.length]!
        const failing = [...parent.runs].filter(([, trials]) => trials.some(({ score }) => (score ?? 1) < 1)).map(([id]) => id)
        // Each failing case has its turn before one comes again.
        epoch = epoch.filter((id) => failing.includes(id))
        if (epoch.length < batch) epoch = [...epoch, ...random.fork('batch').shuffle(failing.filter((id) => !epoch.includes(id)))]
        const cases = epoch.splice(0, batch)
        const { messages, shown } = reflectMessages({ view, editable: [component], lessons, fence, limit, graph, feedback, cases, onlyNear: true, template: templates?.propose })
        const { changes, problems } = await edits({ messages, shown, form: TAG_FORM })
        if (changes.size === 0) return [{ changes, problems, reason: '' }]
        turns.set(canonicalJson({ ...parent.values, ...Object.fromEntries(changes) }), turn + 1)
        return [{ changes, problems, reason: `${component.name} rewritten from ${cases.length} ${cases.length === 1 ? 'case' : 'cases'}` }]
      }
    },
  })
}
