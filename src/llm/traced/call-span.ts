/** One call as a span of the user's own OpenTelemetry SDK. Stage: llm. */
import { redactValue } from '../../core/redact.ts'
import { capturesContent, requestAttributes, responseAttributes, spanName, type Attributes, type ModelCallInfo } from '../../graph/gen-ai.ts'
import { contentAttributes } from '../../graph/gen-ai-messages.ts'
import { isNode, originOf, peek, settled } from '../../graph/origin.ts'
import { parameterAttributes } from '../../graph/otlp-write.ts'
import type { Parameter } from '../../graph/parameter.ts'
import type { Node } from '../../graph/types.ts'

/** The part of a span that is used; those of `@opentelemetry/api` have it. */
export interface SpanLike {
  setAttributes(attributes: Attributes): unknown
  setStatus(status: { code: number; message?: string }): unknown
  spanContext(): { readonly spanId: string }
  end(): void
}
/** The part of a tracer that is used: `trace.getTracer('shop')` of `@opentelemetry/api` has it. */
export interface TracerLike { startSpan(name: string, options: { kind: number; attributes: Attributes }): SpanLike }

/** Where calls are told to. */
export interface SpanOptions {
  /** Makes a span of each call, below whatever span is active. @defaultValue there are none */
  readonly tracer?: TracerLike
  /** Whether messages and answers are attributes, and texts of parameters. @defaultValue what OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT says, else false */
  readonly content?: boolean
}

/** As in `@opentelemetry/api`. */
const [CLIENT, ERROR] = [2, 2]
/** Nodes that are looked through for what a call depends on. */
const MAX_NODES = 10_000

// Held by the nodes of the calls.
const spanIds = new WeakMap<object, string>()

/** The span of a call under way. Whatever a tracer does wrong, the call goes on. */
export class CallSpan {
  readonly #content: boolean
  #span: SpanLike | undefined

  constructor({ tracer, content = capturesContent() }: SpanOptions, info: ModelCallInfo) {
    this.#content = content
    this.#span = attempt(() => tracer?.startSpan(spanName(info), { kind: CLIENT, attributes: redactValue(requestAttributes(info)) }))
  }

  /** `node` is what came of it: also that of a failure. */
  end(info: ModelCallInfo, node: Node<unknown> | undefined, error?: unknown): void {
    const span = this.#span
    if (span === undefined) return
    attempt(() => {
      span.setAttributes(redactValue({ ...responseAttributes(info), ...(node && this.#graph(node)), 'trace.temporal_ignore': true }))
      if (info.error !== undefined) span.setStatus({ code: ERROR, message: redactValue(error instanceof Error ? error.message : String(error)) })
      if (node !== undefined) spanIds.set(node, span.spanContext().spanId)
    })
    attempt(() => span.end())
  }

  /** Parameters and other calls that this one depends on, however far away: nothing between them has a span. */
  #graph(node: Node<unknown>): Attributes {
    const origin = originOf(node)
    if (!('names' in origin)) return {}
    const attributes: Attributes = this.#content ? contentAttributes(new Map(origin.names.map((name, at) => [name, plain(origin.inputs[at])])), origin.kind === 'message' ? peek(node) : undefined) : {}
    const seen = new Set<Node<unknown>>()
    for (const [at, input] of origin.inputs.entries()) {
      const role = origin.names[at]!
      let calls = 0
      const found = new Set(isNode(input) ? [settled(input)] : [])
      for (const one of found) {
        if (seen.has(one) || seen.size > MAX_NODES) continue
        seen.add(one)
        const id = spanIds.get(one)
        const from = originOf(one)
        if (id !== undefined) attributes[calls++ === 0 ? `inputs.${role}` : `inputs.${role}.${calls}`] = `span:${id}`
        else if (from.kind === 'parameter') Object.assign(attributes, parameterAttributes(from.parameter as Parameter<unknown>, peek(one), this.#content))
        else if ('inputs' in from) for (const deeper of from.inputs) if (isNode(deeper)) found.add(settled(deeper))
      }
    }
    return attributes
  }
}

const plain = (input: unknown): unknown => (isNode(input) ? peek(input) : input)

function attempt<T>(run: () => T): T | undefined {
  try { return run() } catch { return undefined }
}
