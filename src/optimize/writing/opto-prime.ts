/** OptoPrime: a model reads the execution of a program as code and changes its variables, all in one answer. Stage: optimize. */
import type { PromptTemplate } from './prompt-template.ts'
import { checkTemplates } from './prompt-template.ts'
import type { Optimizer } from '../optimizer.ts'
import { OPTO_PRIME_FORMS, OPTO_PRIME_INPUTS, optoPrimeMessages, type OptoPrimeForm, type OptoPrimeInputs, type OptoPrimeQuestion } from './opto-prime-prompt.ts'
import type { RepairInputs } from './ask-edits.ts'
import { TEMPLATE_INPUTS } from './reflect-prompt.ts'
import { writingOptimizer } from './writing-optimizer.ts'
import type { WritingOptions, WritingRound } from './writing-round.ts'

/** Options of {@link optoPrime}. */
export interface OptoPrimeOptions extends WritingOptions {
  /** `tags`, in which texts stand as they are, or `sections` with an answer in JSON, as in the paper. @defaultValue 'tags' */
  readonly form?: OptoPrimeForm
  /** Earlier sets of values that a question shows, with their scores and what failed. @defaultValue 3 */
  readonly memory?: number
  /** Characters of one traced value. @defaultValue 1,000 */
  readonly valueLimit?: number
  /** What should get better. @defaultValue what the feedback asks for */
  readonly objective?: string
  /** Prompts that stand in place of its own. */
  readonly templates?: { readonly propose?: PromptTemplate<OptoPrimeInputs>; readonly repair?: PromptTemplate<RepairInputs> }
}

/**
 * Asks a model once a round. The question is the trace of some failing cases as a program: code, documentation, variables with their
 * constraints, inputs, other values, outputs, feedback; and what was tried before. The answer changes any number of variables together: texts, code,
 * numbers, choices, booleans.
 *
 * After OptoPrime (Cheng, Nie, Swaminathan 2024, "Trace is the Next AutoDiff", section 4 and appendix). Where we differ: several cases stand in one
 * question, those that together show most failures, and failures of all cases with their counts; a large graph is shown around outcomes and suspects
 * and counted elsewhere; an answer is a candidate that has to win a race, not the next state; past values are those that were measured, with their scores.
 *
 * @throws {TraceEvalError} `OPTIMIZER_MODEL`, `OPTIMIZER_OPTIONS`, `OPTIMIZER_TEMPLATE`.
 * @example
 * ```ts
 * const optimizer = optoPrime({ form: 'sections', memory: 5 })
 * optimizer.name // 'optoprime'
 * ```
 */
export function optoPrime(options: OptoPrimeOptions = {}): Optimizer {
  checkTemplates(options.templates, { propose: OPTO_PRIME_INPUTS, repair: TEMPLATE_INPUTS.repair })
  return writingOptimizer({
    name: 'optoprime', options,
    begin: () => async (round) => {
      const { messages, shown } = optoPrimeMessages(optoPrimeQuestion(round, options))
      const { changes, problems } = await round.edits({ messages, shown, form: OPTO_PRIME_FORMS[options.form ?? 'tags'] })
      return [{ changes, problems, reason: 'reasoned from the trace' }]
    },
  })
}

/** What a round asks. */
export function optoPrimeQuestion({ view, editable, lessons, fence, limit }: WritingRound, { form = 'tags', memory = 3, valueLimit = 1000, objective, graph, feedback, templates }: OptoPrimeOptions): OptoPrimeQuestion {
  return { view, editable, lessons, fence, limit, form, memory, valueLimit, objective, graph, feedback, template: templates?.propose }
}
