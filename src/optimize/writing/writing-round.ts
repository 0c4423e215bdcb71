/** What an optimizer that asks a model is given, and what it gives. Stage: optimize. */
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import type { Random } from '../../core/random.ts'
import type { ParameterKind } from '../../graph/domain.ts'
import type { CallPolicy } from '../../llm/calls/call-model.ts'
import type { Model, ModelMessage } from '../../llm/model.ts'
import type { Edits } from './answer-edits.ts'
import type { RepairInputs } from './ask-edits.ts'
import type { Question } from './ask-model.ts'
import type { OptimizerCall, OptimizerSetup, ParameterSpec, Proposal, RoundView } from '../optimizer.ts'
import type { PromptTemplate } from './prompt-template.ts'

/** Options of every optimizer that asks a model. */
export interface WritingOptions {
  /** Whom it asks. @defaultValue the model that the run names for optimizers */
  readonly model?: Model
  /** Parameters that one question may change, the most suspect ones. @defaultValue 8 */
  readonly maxEdited?: number
  /** Characters of a question, at most. @defaultValue 24,000 */
  readonly promptLimit?: number
  /** Retries and deadlines of its calls. */
  readonly policy?: CallPolicy
  /** Whether questions show traces; false to see what they are worth. @defaultValue true */
  readonly graph?: boolean
  /** Whether questions tell what failed, beside scores. @defaultValue true */
  readonly feedback?: boolean
  /** Whether the most suspect parameters come first; false takes them as declared. @defaultValue true */
  readonly blame?: boolean
  /** Whether `search` takes a round in which the model has nothing new, where there are numbers, choices or examples. @defaultValue true */
  readonly fallback?: boolean
}

/** What the answers of one round ask for. */
export interface Draft {
  readonly changes: ReadonlyMap<string, unknown>
  readonly problems?: readonly string[]
  /** For the report. */
  readonly reason: string
  /** As of a proposal. */
  readonly repairs?: Proposal['repairs']
}

/** One round, as an optimizer that writes sees it. */
export interface WritingRound {
  readonly view: RoundView
  /** Parameters that may change, the most suspect first. */
  readonly editable: readonly ParameterSpec[]
  /** What was tried or refused, for the next question. */
  readonly lessons: readonly string[]
  /** Of this round alone: marks blocks that no traced text can end. */
  readonly fence: string
  readonly limit: number
  readonly random: Random
  /** Asks for changed parameters. */
  edits(question: WrittenQuestion): Promise<Edits>
  /** Asks for anything else. */
  ask<T>(question: Question<T> & { readonly model?: Model | undefined }): Promise<T>
}

/** A question for changed parameters. */
interface WrittenQuestion {
  readonly messages: readonly ModelMessage[]
  /** The parameters that it shows. */
  readonly shown: readonly ParameterSpec[]
  /** An empty form of the answer. */
  readonly form: string
  readonly purpose?: OptimizerCall['purpose']
  readonly temperature?: number | undefined
  readonly model?: Model | undefined
}

/** An optimizer that writes. */
export interface Writer {
  readonly name: string
  /** As in `Optimizer`. */
  readonly strategy?: string
  /** @defaultValue whatever can be written down, and what `search` can take a round for */
  readonly kinds?: readonly ParameterKind[]
  readonly options: WritingOptions & { readonly templates?: { readonly repair?: PromptTemplate<RepairInputs> } }
  /** Starts a run: a function that asks, and gives what the answers ask for, the most promising first. */
  begin(setup: OptimizerSetup): (round: WritingRound) => Promise<readonly Draft[]>
}

/** An optimizer that needs a model has none. */
export function noModel(name: string, at?: string): TraceEvalError {
  return new TraceEvalError('OPTIMIZER_MODEL', `expected a model for the optimizer \`${name}\`, received none`,
    { ...(at !== undefined && { at }), hint: 'Set TRACE_EVAL_MODEL, and OPENAI_API_KEY or OPENAI_BASE_URL; a key alone starts no spending. In code, give it as `model`.' })
}

/**
 * Checks the options that all of them have.
 *
 * @throws {TraceEvalError} `OPTIMIZER_MODEL`, `OPTIMIZER_OPTIONS`
 */
export function checkOptions(name: string, options: unknown): void {
  const { model, maxEdited, promptLimit } = typeof options === 'object' && options !== null ? options as Record<string, unknown> : { model: options, maxEdited: 1, promptLimit: 1 }
  if (model !== undefined && typeof (model as Partial<Model> | null)?.send !== 'function') {
    throw new TraceEvalError('OPTIMIZER_MODEL', `expected a model for the optimizer \`${name}\`, received ${describeValue(model)}`, { hint: 'Give one from trace-eval/llm as { model }, or set TRACE_EVAL_MODEL.' })
  }
  for (const [option, value] of Object.entries({ maxEdited, promptLimit })) {
    if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value > 0)) continue
    throw new TraceEvalError('OPTIMIZER_OPTIONS', `expected ${option} to be a whole number from 1 up, received ${describeValue(value)}`, { at: `optimizer \`${name}\`` })
  }
}
