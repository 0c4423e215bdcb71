/** The step of one call to a model, and what is known of it. Stage: llm. */
import { systemClock } from '../../core/clock.ts'
import { exceptionNodeOf } from '../../graph/failures.ts'
import type { Step } from '../../graph/origin.ts'
import type { Node } from '../../graph/types.ts'
import { providerAt, type ModelCallInfo } from './call-info.ts'
import { CallSpan, type SpanOptions } from './call-span.ts'

/** One object for each call: what is known of it comes in while it runs. */
export class CallStep implements Step {
  readonly name: string
  readonly meta: { modelCall?: ModelCallInfo } = {}
  readonly #spans: SpanOptions
  #span: CallSpan | undefined

  constructor(name: string, spans: SpanOptions = {}) {
    this.name = name
    this.#spans = spans
  }
  // Without counts and times: whoever is shown it, is shown the same in every run.
  get description(): string | undefined { return this.meta.modelCall === undefined ? undefined : `asks the model ${this.meta.modelCall.model}` }

  begin(info: ModelCallInfo): void {
    this.meta.modelCall = info
    if (this.#spans.tracer !== undefined) this.#span = new CallSpan(this.#spans, info)
  }

  /** Ends the span when there is a node, which knows what the call depends on. */
  watch(answered: Promise<Node<unknown>>): void {
    if (this.#spans.tracer === undefined) return
    answered.then((node) => this.#span?.end(this.meta.modelCall!, node), (error: unknown) => this.#span?.end(this.meta.modelCall!, exceptionNodeOf(error), error))
  }
}

/** Runs a call; `note` tells what its answer says of it. */
export async function recordCall<T>(step: CallStep, asked: Pick<ModelCallInfo, 'operation' | 'server' | 'model' | 'settings' | 'stream'>, note: (info: ModelCallInfo, answer: T) => void, run: () => Promise<T>): Promise<T> {
  const started = systemClock.now()
  const info: ModelCallInfo = { ...asked, provider: providerAt(asked.server), startedAt: Date.now() }
  step.begin(info)
  try {
    const answer = await run()
    note(info, answer)
    return answer
  } catch (error) {
    info.error = errorClass(error)
    throw error
  } finally {
    info.latencyMs = Math.round(systemClock.now() - started)
  }
}

function errorClass(error: unknown): string {
  const { status, code, name } = (typeof error === 'object' && error !== null ? error : {}) as { status?: unknown; code?: unknown; name?: unknown }
  return typeof status === 'number' ? String(status) : typeof code === 'string' ? code : typeof name === 'string' && name !== '' ? name : '_OTHER'
}
