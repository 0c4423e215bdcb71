/** A workflow that is only instrumented with OpenTelemetry, as a trace graph. Stage: graph. */
import { Links } from './otlp-links.ts'
import { readSpans, type OtlpSpan } from './otlp-spans.ts'
import type { Parameter } from './parameter.ts'
import { cleanName } from './tgj-name.ts'
import { readRecords, type TgjGraph } from './tgj-read.ts'
import type { Json, TgjRef } from './tgj-types.ts'

/** How {@link fromOtlp} reads. */
export interface OtlpOptions {
  /** Parameters of this process that stand behind `param.<name>` attributes, by that name, so that feedback reaches them. @defaultValue parameters made of the attributes */
  readonly parameters?: Readonly<Record<string, Parameter<never> | Parameter<unknown>>>
}

/**
 * Reads spans from OTLP JSON (an export request, a list of them, or a text with one on each line) as a trace graph, by the OpenTelemetry profile of TGJ: a span is a step; its attributes `inputs.<role>` name what
 * it used (`span:<id>`, an id, or `lit:…`); `param.<name>` with `param.<name>.trainable` is a parameter that feeds it; the parent span
 * is its input `parent`; a span without any of these follows the one before it, unless `trace.temporal_ignore` says no. Spans named
 * `*.invoke` that have children are wrappers and left out; their parameters feed the children, and who uses one uses its last child. A failed span is an exception node. What a span gave is `output.value`, or what `gen_ai.*` holds.
 *
 * The graph's exports are the spans that nobody used: `result`, or with several `result_0`, …, the last to end first.
 *
 * @throws {TraceEvalError} `OTLP_DOCUMENT`, with the path of what is wrong.
 * @example
 * ```ts
 * const attributes = [{ key: 'param.tone', value: { stringValue: 'curt' } }, { key: 'param.tone.trainable', value: { boolValue: true } }]
 * const spans = [{ spanId: 'a1', name: 'reply', startTimeUnixNano: '1', attributes }]
 * const { exports } = fromOtlp({ resourceSpans: [{ scopeSpans: [{ spans }] }] })
 * backward([...exports.values()], 'be kind').parameters.map(({ parameter }) => parameter.name) // ['tone']
 * ```
 */
export function fromOtlp(document: unknown, options: OtlpOptions = {}): TgjGraph {
  const all = readSpans(document)
  const parents = new Set(all.map(({ service, parentSpanId }) => `${service}:${parentSpanId}`))
  const isWrapper = (span: OtlpSpan): boolean => span.name.endsWith('.invoke') && parents.has(spanKey(span))
  const wrappers = new Map(all.filter(isWrapper).map((span) => [spanKey(span), span]))
  const given = new Map(Object.entries(options.parameters ?? {})) as ReadonlyMap<string, Parameter<unknown>>
  const profile = new Profile(all.filter((span) => !isWrapper(span)), wrappers, wrapperResults(all, isWrapper), given)
  return readRecords(profile.document(), profile.bound)
}

/** The steps that give what a wrapper gives: of the spans right inside it the last to end, or what that one wraps. */
function wrapperResults(spans: readonly OtlpSpan[], isWrapper: (span: OtlpSpan) => boolean): Map<string, OtlpSpan> {
  const last = new Map<string, OtlpSpan>()
  for (const span of spans) {
    const key = `${span.service}:${span.parentSpanId}`
    const known = last.get(key)
    if (known === undefined || known.end <= span.end) last.set(key, span)
  }
  const results = new Map<string, OtlpSpan>()
  for (const wrapper of spans.filter(isWrapper)) {
    const seen = new Set<OtlpSpan>()
    let inner: OtlpSpan | undefined = wrapper
    while (inner !== undefined && isWrapper(inner) && !seen.has(inner)) {
      seen.add(inner)
      inner = last.get(spanKey(inner))
    }
    if (inner !== undefined && !isWrapper(inner)) for (const id of [spanKey(wrapper), messageId(wrapper)]) results.set(id, inner)
  }
  return results
}

const spanKey = ({ service, spanId }: OtlpSpan): string => `${service}:${spanId}`
const messageId = ({ service, spanId, attributes }: OtlpSpan): string => `${service}:${textOf(attributes.get('message.id')) ?? spanId}`
const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const dataOf = ({ attributes }: OtlpSpan): [string, Json][] => [...attributes].filter(([key]) => key.startsWith('inputs.'))

class Profile {
  readonly #spans: readonly OtlpSpan[]
  readonly #wrappers: ReadonlyMap<string, OtlpSpan>
  readonly #given: ReadonlyMap<string, Parameter<unknown>>
  /** Parameters of this process, by their key in the records. */
  readonly bound = new Map<string, Parameter<unknown>>()
  /** By message id and by span id. */
  readonly #byId = new Map<string, OtlpSpan>()
  readonly #links: Links<OtlpSpan>
  readonly #records = new Map<string, object>()

  constructor(spans: readonly OtlpSpan[], wrappers: ReadonlyMap<string, OtlpSpan>, results: ReadonlyMap<string, OtlpSpan>, given: ReadonlyMap<string, Parameter<unknown>>) {
    this.#spans = spans
    this.#wrappers = wrappers
    this.#given = given
    for (const [id, span] of results) this.#byId.set(id, span)
    for (const span of spans) for (const id of [`${span.service}:${span.spanId}`, messageId(span)]) this.#byId.set(id, span)
    this.#links = new Links(spans, (span) => dataOf(span).flatMap(([, value]) => this.#spanAt(span, value) ?? []))
  }

  document(): object {
    const inputs = new Map(this.#spans.map((span) => [span, new Map([...this.#parameters(span), ...this.#data(span)])]))
    this.#addParents(inputs)
    this.#addOrder(inputs)
    const messages = this.#spans.map((span) => messageRecord(span, Object.fromEntries(inputs.get(span)!)))
    const results = this.#spans.filter((span) => !this.#links.isUsed(span)).toSorted((a, b) => (a.end > b.end ? -1 : a.end < b.end ? 1 : 0))
    return {
      tgj: '1.0', version: 'trace-json/1.0+otel', nodes: [...this.#records.values(), ...messages],
      exports: Object.fromEntries(results.map((span, index) => [results.length === 1 ? 'result' : `result_${index}`, messageId(span)])),
    }
  }

  /** `param.*` of a span and of the wrappers around it, the nearest first: one parameter for each name, with a record for each value. */
  #parameters(span: OtlpSpan): [string, TgjRef][] {
    const { service } = span
    const found = new Map<string, { value: Json; trainable: boolean }>()
    for (const { attributes } of [span, ...this.#around(span)]) {
      for (const [key, value] of attributes) {
        const name = key.slice('param.'.length)
        if (!key.startsWith('param.') || key.endsWith('.trainable') || found.has(name)) continue
        found.set(name, { value, trainable: this.#given.has(name) || [true, 'true', 'True'].includes(attributes.get(`${key}.trainable`) as never) })
      }
    }
    return [...found].map(([name, { value, trainable }]) => {
      const first = `${service}:param_${name}`
      let id = first
      for (let other = 2; this.#records.has(id) && !this.#isRecorded(id, value, trainable); other++) id = `${first}_${other}`
      const live = this.#given.get(name)
      const key = live === undefined ? first : `param_${name}`
      if (live !== undefined) this.bound.set(key, live)
      this.#records.set(id, trainable ? { id, kind: 'parameter', name: cleanName(name), value, trainable, traceEval: { parameter: key } } : { id, kind: 'value', name: cleanName(name), value })
      return [`param_${name}`, { ref: id }]
    })
  }

  #isRecorded(id: string, value: Json, trainable: boolean): boolean {
    const known = this.#records.get(id) as { readonly value: Json; readonly kind: string }
    return JSON.stringify(known.value) === JSON.stringify(value) && (known.kind === 'parameter') === trainable
  }

  /** The wrappers around a span, from the inside. */
  #around({ service, parentSpanId }: OtlpSpan): Set<OtlpSpan> {
    const around = new Set<OtlpSpan>()
    let wrapper = this.#wrappers.get(`${service}:${parentSpanId}`)
    for (; wrapper !== undefined && !around.has(wrapper); wrapper = this.#wrappers.get(`${service}:${wrapper.parentSpanId}`)) around.add(wrapper)
    return around
  }

  #data(span: OtlpSpan): [string, TgjRef][] {
    return dataOf(span).map(([key, value]) => {
      const role = key.slice('inputs.'.length)
      if (typeof value !== 'string') return [role, { literal: value }]
      if (value.startsWith('lit:')) return [role, { literal: value.slice('lit:'.length) }]
      const found = this.#spanAt(span, value)
      if (found !== undefined && this.#links.sourcesOf(span).has(found)) return [role, { ref: messageId(found) }]
      // A span that was not exported stays a node without a value; anything else is what was put in.
      return [role, value.startsWith('span:') && found === undefined ? { ref: `${span.service}:${value.slice('span:'.length)}` } : { literal: value }]
    })
  }

  /** The span that a value of `inputs.*` names. */
  #spanAt({ service }: OtlpSpan, value: Json): OtlpSpan | undefined {
    if (typeof value !== 'string' || value.startsWith('lit:')) return undefined
    const id = value.replace(/^span:/, '')
    return this.#byId.get(id) ?? this.#byId.get(`${service}:${id}`)
  }

  #addParents(inputs: ReadonlyMap<OtlpSpan, Map<string, TgjRef>>): void {
    const children = Map.groupBy(this.#spans, (span) => {
      const outermost = [...this.#around(span)].at(-1) ?? span
      return this.#byId.get(`${span.service}:${outermost.parentSpanId}`)
    })
    for (const [parent, inside] of children) {
      if (parent === undefined) continue
      // A parent that uses its child's output depends on it, and not the other way round.
      for (const span of this.#links.addAll(inside, parent)) inputs.get(span)!.set('parent', { ref: messageId(parent) })
    }
  }

  /** Spans of a trace without any data follow each other in time. */
  #addOrder(inputs: ReadonlyMap<OtlpSpan, Map<string, TgjRef>>): void {
    const last = new Map<string, OtlpSpan>()
    for (const span of this.#spans) {
      if ([true, 'true'].includes(span.attributes.get('trace.temporal_ignore') as never)) continue
      const before = last.get(span.traceId)
      if (before !== undefined && this.#links.sourcesOf(span).size === 0 && this.#links.add(span, before)) inputs.get(span)!.set('previous', { ref: messageId(before) })
      last.set(span.traceId, span)
    }
  }
}

const outputKeys = ['output.value', 'output', 'gen_ai.output.messages', 'gen_ai.completion']

function messageRecord(span: OtlpSpan, inputs: Readonly<Record<string, TgjRef>>): object {
  const op = opOf(span)
  const common = { id: messageId(span), name: cleanName(span.name), description: `[${op}] ${span.name}`, inputs }
  if (span.error !== undefined) return { ...common, kind: 'exception', error: span.error }
  const key = outputKeys.find((one) => span.attributes.has(one))
  return { ...common, kind: 'message', op, output: { name: `${cleanName(span.name)}:out`, value: key === undefined ? null : span.attributes.get(key)! } }
}

function opOf({ name, attributes }: OtlpSpan): string {
  const has = (prefix: string): boolean => [...attributes.keys()].some((key) => key.startsWith(prefix))
  if (has('gen_ai.')) return textOf(attributes.get('gen_ai.operation.name')) ?? 'llm'
  return has('db.') ? 'db' : has('http.') ? 'http' : has('rpc.') ? 'rpc' : cleanName(name)
}
