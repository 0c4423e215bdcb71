/** Trace graphs written as OpenTelemetry spans. Stage: graph. */
import { randomBytes } from 'node:crypto'
import { sha256, hashValue } from '../core/hash.ts'
import { redactValue } from '../core/redact.ts'
import { errorParts } from './as-text.ts'
import { attributeOf, requestAttributes, responseAttributes, spanName, type Attributes, type AttributeValue, type ModelCallInfo } from './gen-ai.ts'
import { contentAttributes } from './gen-ai-messages.ts'
import { topologicalOrder } from './order.ts'
import { isNode, originOf, peek, settled, type Origin } from './origin.ts'
import type { Parameter } from './parameter.ts'
import type { Node } from './types.ts'

/** Options of {@link toOtlp}. */
export interface OtlpWriteOptions {
  /** `service.name`. @defaultValue `'trace-eval'` */
  readonly service?: string
  /** A span around all others is named `<name>.invoke`, which readers of graphs leave out. @defaultValue there is none */
  readonly name?: string
  /** Of that span. */
  readonly attributes?: Readonly<Attributes>
  /** When it began, in milliseconds since 1970. @defaultValue now */
  readonly startMs?: number
  /** @defaultValue until its last step ended */
  readonly durationMs?: number
  /** Whether texts go out: prompts, messages, inputs, outputs. Without, a text parameter is its hash. @defaultValue false */
  readonly content?: boolean
  /** 32 hex digits. @defaultValue drawn */
  readonly traceId?: string
}

interface Encoded { readonly key: string; readonly value: object }
interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  /** 1: internal; 3: a client. */
  readonly kind: 1 | 3
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly Encoded[]
  readonly events?: readonly object[]
  readonly status?: { readonly code: 2; readonly message: string }
}

/** An export request of OTLP JSON. */
export interface OtlpRequest {
  readonly resourceSpans: readonly [{
    readonly resource: { readonly attributes: readonly Encoded[] }
    readonly scopeSpans: readonly [{ readonly scope: { readonly name: 'trace-eval' }; readonly spans: readonly Span[] }]
  }]
}

type Made = Extract<Origin, { kind: 'message' | 'exception' }>

/**
 * The graph behind `outputs` as an export request of OTLP JSON, with a span for every step. `inputs.<role>` names the span that an input
 * came from, `param.<name>` is a parameter that went in, so that readers (`fromOtlp`, Trace) rebuild the same graph. Calls to models have the
 * attributes of OpenTelemetry's conventions for generative AI. No content unless asked for, and never secrets.
 * Only calls to models have times of their own; other steps take no time.
 *
 * @example
 * ```ts
 * const price = parameter('price', 2)
 * const request = toOtlp(op.multiply(price, 3))
 * const { exports } = fromOtlp(JSON.stringify(request))
 * reachedParameters([...exports.values()]).map(({ name }) => name) // ['price']
 * ```
 */
export function toOtlp(outputs: Node<unknown> | readonly Node<unknown>[], options: OtlpWriteOptions = {}): OtlpRequest {
  const all = (Array.isArray(outputs) ? outputs as readonly Node<unknown>[] : [outputs as Node<unknown>]).map((output) => settled(output))
  const spans = new SpanWriter(options).spans(all)
  const resource = { attributes: encode({ 'service.name': options.service ?? 'trace-eval' }) }
  return redactValue({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'trace-eval' }, spans }] }] })
}

class SpanWriter {
  readonly #options: OtlpWriteOptions
  readonly #traceId: string
  readonly #start: bigint
  readonly #content: boolean
  readonly #ids = new Map<Node<unknown>, string>()
  readonly #ends = new Map<Node<unknown>, bigint>()

  constructor(options: OtlpWriteOptions) {
    this.#options = options
    this.#traceId = options.traceId ?? randomBytes(16).toString('hex')
    this.#start = nanos(options.startMs ?? Date.now())
    this.#content = options.content ?? false
  }

  spans(outputs: readonly Node<unknown>[]): Span[] {
    const { name, attributes = {}, durationMs } = this.#options
    const root = name === undefined ? undefined : this.#id('root')
    const spans = topologicalOrder(outputs).nodes.flatMap((node) => this.#step(node, root))
    // What is no step, but given out as a result.
    for (const output of new Set(outputs)) if (!this.#ids.has(output)) spans.push(this.#span('output', new Map([['value', output]]), {}, { parent: root, id: this.#id(`output ${spans.length}`) }))
    if (root === undefined) return spans
    const end = durationMs === undefined ? [...this.#ends.values()].reduce((latest, one) => (one > latest ? one : latest), this.#start) : this.#start + nanos(durationMs)
    return [{
      traceId: this.#traceId, spanId: root, name: `${name}.invoke`, kind: 1, startTimeUnixNano: String(this.#start), endTimeUnixNano: String(end),
      attributes: encode({ ...attributes, 'trace.temporal_ignore': true }),
    }, ...spans]
  }

  #step(node: Node<unknown>, parent: string | undefined): Span[] {
    const origin = originOf(node)
    if (origin.kind !== 'message' && origin.kind !== 'exception') return []
    const id = this.#id(String(this.#ids.size))
    this.#ids.set(node, id)
    const inputs = new Map(origin.names.map((name, index) => [name, origin.inputs[index]]))
    const call = origin.step.meta?.['modelCall'] as ModelCallInfo | undefined
    const span = this.#span(call === undefined ? node.name : spanName(call), inputs, this.#told(node, origin, inputs, call), { parent, id, call, failed: origin.kind === 'exception' ? origin.error : undefined, isFailed: origin.kind === 'exception' })
    this.#ends.set(node, BigInt(span.endTimeUnixNano))
    return [span]
  }

  #told(node: Node<unknown>, { kind }: Made, inputs: ReadonlyMap<string, unknown>, call: ModelCallInfo | undefined): Attributes {
    const value = peek(node)
    if (call !== undefined) return { ...requestAttributes(call), ...responseAttributes(call), ...(this.#content && contentAttributes(plainOf(inputs), value)) }
    return this.#content && kind === 'message' ? { 'output.value': attributeOf(value) } : {}
  }

  #span(name: string, inputs: ReadonlyMap<string, unknown>, told: Attributes, { parent, id, call, failed, isFailed = false }: { parent: string | undefined; id: string; call?: ModelCallInfo | undefined; failed?: unknown; isFailed?: boolean }): Span {
    const attributes: Attributes = { ...told, 'trace.temporal_ignore': true }
    let start = this.#start
    for (const [role, input] of inputs) {
      const source = isNode(input) ? settled(input) : undefined
      Object.assign(attributes, this.#input(role, source, input))
      const end = source === undefined ? undefined : this.#ends.get(source)
      if (end !== undefined && end > start) start = end
    }
    if (call !== undefined) start = nanos(call.startedAt)
    const end = start + (call === undefined ? 1000n : nanos(call.latencyMs ?? 0))
    return {
      traceId: this.#traceId, spanId: id, ...(parent !== undefined && { parentSpanId: parent }), name, kind: call === undefined ? 1 : 3,
      startTimeUnixNano: String(start), endTimeUnixNano: String(end), attributes: encode(attributes), ...(isFailed && failure(failed, end)),
    }
  }

  #input(role: string, source: Node<unknown> | undefined, input: unknown): Attributes {
    if (source === undefined) return this.#content ? { [`inputs.${role}`]: literal(input) } : {}
    const id = this.#ids.get(source)
    if (id !== undefined) return { [`inputs.${role}`]: `span:${id}` }
    const origin = originOf(source)
    if (origin.kind === 'parameter') return parameterAttributes(origin.parameter as Parameter<unknown>, peek(source), this.#content)
    return this.#content ? { [`inputs.${role}`]: literal(peek(source)) } : {}
  }

  #id(of: string): string { return sha256(`${this.#traceId}/${of}`).slice(0, 16) }
}

/** A parameter that went into a step. Numbers, choices and flags are settings; texts are content. */
export function parameterAttributes({ name, domain }: Parameter<unknown>, value: unknown, content: boolean): Attributes {
  const isSetting = domain.kind === 'number' || domain.kind === 'choice' || domain.kind === 'boolean'
  return { [`param.${name}`]: content || isSetting ? attributeOf(value) : `sha256:${hashValue(value).slice(0, 16)}`, [`param.${name}.trainable`]: true }
}

function plainOf(inputs: ReadonlyMap<string, unknown>): Map<string, unknown> {
  return new Map([...inputs].map(([role, input]) => [role, isNode(input) ? peek(input) : input]))
}

const literal = (value: unknown): AttributeValue => {
  const attribute = attributeOf(value)
  return typeof attribute === 'string' ? `lit:${attribute}` : attribute
}

function failure(error: unknown, at: bigint): Pick<Span, 'events' | 'status'> {
  const { type, message } = errorParts(error)
  return {
    status: { code: 2, message },
    events: [{ name: 'exception', timeUnixNano: String(at), attributes: encode({ 'exception.type': type, 'exception.message': message }) }],
  }
}

function encode(attributes: Attributes): Encoded[] {
  // By key too: what stands under `authorization` goes, whatever it looks like.
  return Object.entries(attributes).map(([key, value]) => ({ key, value: encodeValue(Object.values(redactValue({ [key.slice(key.lastIndexOf('.') + 1)]: value }))[0]!) }))
}

function encodeValue(value: AttributeValue): object {
  switch (typeof value) {
    case 'string': return { stringValue: value }
    case 'boolean': return { boolValue: value }
    case 'number': return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
    default: return { arrayValue: { values: value.map((item) => ({ stringValue: item })) } }
  }
}

const nanos = (ms: number): bigint => BigInt(Math.round(ms * 1000)) * 1000n
