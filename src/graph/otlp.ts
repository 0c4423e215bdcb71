/** A workflow that is only instrumented with OpenTelemetry, as a trace graph. Stage: graph. */
import { readSpans, type OtlpSpan } from './otlp-spans.ts'
import { fromTgj, type TgjGraph } from './tgj-read.ts'
import type { Json, TgjRef } from './tgj-types.ts'

/**
 * Reads spans from OTLP JSON as a trace graph, by the OpenTelemetry profile of TGJ: a span is a step; its attributes `inputs.<role>` name what
 * it used (`span:<id>`, an id, or `lit:…`); `param.<name>` with `param.<name>.trainable` is a parameter that feeds it; the parent span
 * is its input `parent`; a span without any of these follows the one before it, unless `trace.temporal_ignore` says no. Spans named
 * `*.invoke` are wrappers and left out. A failed span is an exception node. What a span gave is `output.value`, or what `gen_ai.*` holds.
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
export function fromOtlp(document: unknown): TgjGraph {
  const spans = readSpans(document).filter(({ name }) => !name.endsWith('.invoke'))
  return fromTgj(new Profile(spans, wrappers(document)).document())
}

/** Where a wrapper's children belong: to its own parent. */
function wrappers(document: unknown): ReadonlyMap<string, string | undefined> {
  return new Map(readSpans(document).filter(({ name }) => name.endsWith('.invoke')).map(({ service, spanId, parentSpanId }) => [`${service}:${spanId}`, parentSpanId]))
}

const messageId = ({ service, spanId, attributes }: OtlpSpan): string => `${service}:${textOf(attributes.get('message.id')) ?? spanId}`
const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const cleanName = (name: string): string => name.replaceAll(':', '')

class Profile {
  readonly #spans: readonly OtlpSpan[]
  readonly #wrappers: ReadonlyMap<string, string | undefined>
  /** By message id and by span id. */
  readonly #byId = new Map<string, OtlpSpan>()
  readonly #uses = new Map<OtlpSpan, Set<OtlpSpan>>()
  readonly #records = new Map<string, object>()

  constructor(spans: readonly OtlpSpan[], parents: ReadonlyMap<string, string | undefined>) {
    this.#spans = spans
    this.#wrappers = parents
    for (const span of spans) for (const id of [`${span.service}:${span.spanId}`, messageId(span)]) this.#byId.set(id, span)
  }

  document(): object {
    const inputs = new Map(this.#spans.map((span) => [span, new Map([...this.#parameters(span), ...this.#data(span)])]))
    this.#addParents(inputs)
    this.#addOrder(inputs)
    const messages = this.#spans.map((span) => messageRecord(span, Object.fromEntries(inputs.get(span)!)))
    const used = new Set([...this.#uses.values()].flatMap((set) => [...set]))
    const results = this.#spans.filter((span) => !used.has(span)).toSorted((a, b) => (a.end > b.end ? -1 : a.end < b.end ? 1 : 0))
    return {
      tgj: '1.0', version: 'trace-json/1.0+otel', nodes: [...this.#records.values(), ...messages],
      exports: Object.fromEntries(results.map((span, index) => [results.length === 1 ? 'result' : `result_${index}`, messageId(span)])),
    }
  }

  /** `param.*`: one parameter for each name and value. */
  #parameters({ service, attributes }: OtlpSpan): [string, TgjRef][] {
    return [...attributes].filter(([key]) => key.startsWith('param.') && !key.endsWith('.trainable')).map(([key, value]) => {
      const name = key.slice('param.'.length)
      const trainable = [true, 'true', 'True'].includes(attributes.get(`${key}.trainable`) as never)
      let id = `${service}:param_${name}`
      for (let other = 2; this.#records.has(id) && JSON.stringify((this.#records.get(id) as { value: Json }).value) !== JSON.stringify(value); other++) id = `${service}:param_${name}_${other}`
      this.#records.set(id, trainable ? { id, kind: 'parameter', name: cleanName(name), value, trainable } : { id, kind: 'value', name: cleanName(name), value })
      return [`param_${name}`, { ref: id }]
    })
  }

  #data(span: OtlpSpan): [string, TgjRef][] {
    return [...span.attributes].filter(([key]) => key.startsWith('inputs.')).map(([key, value]) => {
      const role = key.slice('inputs.'.length)
      if (typeof value !== 'string') return [role, { literal: value }]
      if (value.startsWith('lit:')) return [role, { literal: value.slice('lit:'.length) }]
      const id = value.replace(/^span:/, '')
      const found = this.#byId.get(id) ?? this.#byId.get(`${span.service}:${id}`)
      if (found !== undefined && found !== span && !this.#reaches(found, span)) return [role, this.#use(span, found)]
      // A span that was not exported stays a node without a value; anything else is what was put in.
      return [role, value.startsWith('span:') && found === undefined ? { ref: `${span.service}:${id}` } : { literal: value }]
    })
  }

  #addParents(inputs: ReadonlyMap<OtlpSpan, Map<string, TgjRef>>): void {
    for (const span of this.#spans) {
      let parentId = span.parentSpanId
      for (let depth = 0; depth < 1000 && parentId !== undefined && this.#wrappers.has(`${span.service}:${parentId}`); depth++) parentId = this.#wrappers.get(`${span.service}:${parentId}`)
      const parent = this.#byId.get(`${span.service}:${parentId}`)
      // A parent that uses its child's output depends on it, and not the other way round.
      if (parent !== undefined && parent !== span && !this.#reaches(parent, span)) inputs.get(span)!.set('parent', this.#use(span, parent))
    }
  }

  /** Spans without any data follow each other in time. */
  #addOrder(inputs: ReadonlyMap<OtlpSpan, Map<string, TgjRef>>): void {
    let last: OtlpSpan | undefined
    for (const span of this.#spans) {
      if ([true, 'true'].includes(span.attributes.get('trace.temporal_ignore') as never)) continue
      const links = this.#uses.get(span)?.size ?? 0
      if (links === 0 && last !== undefined && !this.#reaches(last, span)) inputs.get(span)!.set('previous', this.#use(span, last))
      last = span
    }
  }

  #use(user: OtlpSpan, source: OtlpSpan): TgjRef {
    const used = this.#uses.get(user)
    if (used === undefined) this.#uses.set(user, new Set([source]))
    else used.add(source)
    return { ref: messageId(source) }
  }

  /** Whether `from` depends on `target`. */
  #reaches(from: OtlpSpan, target: OtlpSpan): boolean {
    const seen = new Set([from])
    for (const span of seen) {
      if (span === target) return true
      for (const source of this.#uses.get(span) ?? []) seen.add(source)
    }
    return false
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
