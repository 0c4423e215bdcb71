/** OpenTelemetry spans read from OTLP JSON, checked and flat. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { Json } from './tgj-types.ts'

/** One span, with its attributes as plain values. */
export interface OtlpSpan {
  readonly service: string
  /** Empty where the document tells none. */
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  /** Nanoseconds. */
  readonly start: bigint
  readonly end: bigint
  readonly attributes: ReadonlyMap<string, Json>
  /** Set when the span failed. */
  readonly error: { readonly type: string; readonly message: string } | undefined
}

/**
 * All spans of an OTLP JSON document (`resourceSpans[].scopeSpans[].spans[]`), of a list of them, or of a text with one on each line, by start.
 * Lists may be missing; what is there must have its type.
 *
 * @throws {TraceEvalError} `OTLP_DOCUMENT`, with the path of what is wrong.
 */
export function readSpans(document: unknown): OtlpSpan[] {
  const spans: OtlpSpan[] = []
  const seen = new Set<string>()
  for (const [group, at] of documentsIn(document).flatMap(([one, where]) => listIn(one, 'resourceSpans', where))) {
    const named = attributesOf(memberOf(group, 'resource', at) ?? {}, `${at}.resource`).get('service.name')
    const service = typeof named === 'string' && named !== '' ? named : 'service'
    for (const [scope, scopeAt] of listIn(group, 'scopeSpans', at)) {
      for (const [span, spanAt] of listIn(scope, 'spans', scopeAt)) {
        const read = spanOf(span, spanAt, service)
        const id = `${service}:${read.spanId}`
        if (seen.has(id)) throw broken(`expected one span ${describeValue(id)}, received two`, spanAt)
        seen.add(id)
        spans.push(read)
      }
    }
  }
  return spans.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
}

/** A collector writes one export request on each line. */
function documentsIn(document: unknown): [document: unknown, at: string][] {
  if (Array.isArray(document)) return document.map((one, index) => [one, `[${index}]`])
  if (typeof document !== 'string') return [[document, '']]
  return document.split('\n').flatMap((line, index): [unknown, string][] => {
    if (line.trim() === '') return []
    const at = `line ${index + 1}`
    try { return [[JSON.parse(line), at]] } catch { throw broken(`expected JSON, received ${describeValue(line)}`, at) }
  })
}

function spanOf(span: unknown, at: string, service: string): OtlpSpan {
  const spanId = memberOf(span, 'spanId', at)
  if (typeof spanId !== 'string' || spanId === '') throw broken(`expected a span id, received ${describeValue(spanId)}`, `${at}.spanId`)
  const parent = memberOf(span, 'parentSpanId', at)
  const name = memberOf(span, 'name', at)
  const trace = memberOf(span, 'traceId', at)
  const start = timeOf(memberOf(span, 'startTimeUnixNano', at), `${at}.startTimeUnixNano`)
  const end = timeOf(memberOf(span, 'endTimeUnixNano', at), `${at}.endTimeUnixNano`)
  return {
    service, traceId: typeof trace === 'string' ? trace : '', spanId, parentSpanId: typeof parent === 'string' && parent !== '' ? parent : undefined,
    name: typeof name === 'string' && name !== '' ? name : 'span', start, end: end < start ? start : end,
    attributes: attributesOf(span, at), error: errorOf(span, at),
  }
}

function errorOf(span: unknown, at: string): OtlpSpan['error'] {
  const status = memberOf(span, 'status', at)
  const code = typeof status === 'object' && status !== null ? memberOf(status, 'code', at) : undefined
  if (code !== 2 && code !== 'STATUS_CODE_ERROR') return undefined
  const thrown = listIn(span, 'events', at).map(([event, eventAt]) => ({ name: memberOf(event, 'name', eventAt), attributes: attributesOf(event, eventAt) })).find(({ name }) => name === 'exception')
  const told = memberOf(status, 'message', at)
  const text = (value: unknown, otherwise: string): string => (typeof value === 'string' && value !== '' ? value : otherwise)
  return { type: text(thrown?.attributes.get('exception.type'), 'Error'), message: text(thrown?.attributes.get('exception.message'), text(told, 'the span failed')) }
}

function attributesOf(owner: unknown, at: string): Map<string, Json> {
  return new Map(listIn(owner, 'attributes', at).map(([attribute, path]) => {
    const key = memberOf(attribute, 'key', path)
    if (typeof key !== 'string') throw broken(`expected the key of an attribute, received ${describeValue(key)}`, `${path}.key`)
    return [key, valueOf(memberOf(attribute, 'value', path), 0)]
  }))
}

/** An `AnyValue`: numbers may come as texts, since 64 bits do not fit into JSON. */
function valueOf(value: unknown, depth: number): Json {
  if (typeof value !== 'object' || value === null || depth > 50) return null
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = value as Record<string, unknown>
  if (typeof stringValue === 'string') return stringValue
  if (typeof boolValue === 'boolean') return boolValue
  for (const number of [intValue, doubleValue]) {
    if (number !== undefined && Number.isFinite(Number(number))) return Number(number)
  }
  const items = (list: unknown): unknown[] => (Array.isArray((list as { values?: unknown } | null)?.values) ? (list as { values: unknown[] }).values : [])
  if (arrayValue !== undefined) return items(arrayValue).map((item) => valueOf(item, depth + 1))
  if (kvlistValue !== undefined) return Object.fromEntries(items(kvlistValue).map((item) => [String((item as { key?: unknown } | null)?.key), valueOf((item as { value?: unknown } | null)?.value, depth + 1)]))
  return null
}

function timeOf(value: unknown, at: string): bigint {
  if (value === undefined) return 0n
  if ((typeof value === 'string' && /^\d{1,20}$/.test(value)) || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)) return BigInt(value)
  throw broken(`expected nanoseconds as digits, received ${describeValue(value)}`, at)
}

function memberOf(owner: unknown, key: string, at: string): unknown {
  if (typeof owner !== 'object' || owner === null) throw broken(`expected an object, received ${describeValue(owner)}`, at === '' ? 'the document' : at)
  return Object.hasOwn(owner, key) ? (owner as Record<string, unknown>)[key] : undefined
}

function listIn(owner: unknown, key: string, at: string): [item: unknown, at: string][] {
  const list = memberOf(owner, key, at)
  const path = at === '' ? key : `${at}.${key}`
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) throw broken(`expected a list, received ${describeValue(list)}`, path)
  return list.map((item, index) => [item, `${path}[${index}]`])
}

const broken = (problem: string, at: string): TraceEvalError => new TraceEvalError('OTLP_DOCUMENT', problem, { at, hint: 'OTLP JSON is what an exporter writes: {"resourceSpans": [{"scopeSpans": [{"spans": […]}]}]}.' })
