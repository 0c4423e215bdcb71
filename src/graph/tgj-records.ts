/** The records of a TGJ document, checked as far as reading needs it. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { TgjHeader } from './tgj-types.ts'

type RecordKind = 'parameter' | 'value' | 'message' | 'exception'

/** A record and where it stands in its document. */
export interface ListedRecord {
  readonly id: string
  readonly kind: RecordKind
  readonly name: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly at: string
}

/** All records of a document. */
export interface RecordIndex {
  readonly header: TgjHeader
  readonly records: readonly ListedRecord[]
  readonly exports: readonly (readonly [port: string, ref: unknown])[]
  /** By id, by the name of an output, or by name. */
  find(name: string): ListedRecord | undefined
}

const kinds: Readonly<Record<string, RecordKind>> = {
  parameter: 'parameter', param: 'parameter', value: 'value', const: 'value', message: 'message', msg: 'message', exception: 'exception',
}
const headerFields = ['run_id', 'agent_id', 'graph_id', 'scope'] as const

/** @throws {TraceEvalError} `TGJ_DOCUMENT` */
export function indexRecords(document: unknown): RecordIndex {
  const whole = fieldsOf(document, 'the document')
  checkVersion(whole)
  const records = listed(whole['nodes'], 'nodes')
  // What is added is visited as well: steps inside of steps.
  for (const record of records) if (innerFields(record) !== undefined) records.push(...listed(innerFields(record)!['nodes'], `${record.at}.traceEval.inner.nodes`))
  const byId = new Map<string, ListedRecord>()
  for (const record of records) {
    if (byId.has(record.id)) throw bad('an id of its own', record.id, `${record.at}.id`)
    byId.set(record.id, record)
  }
  const others = new Map<string, ListedRecord>()
  for (const record of records) {
    const output = record.fields['output']
    const outputName = typeof output === 'string' ? output : (output as { name?: unknown } | null | undefined)?.name
    for (const name of [outputName, record.name]) if (typeof name === 'string' && !others.has(name)) others.set(name, record)
  }
  return {
    header: Object.fromEntries(headerFields.filter((field) => typeof whole[field] === 'string').map((field) => [field, whole[field]])) as TgjHeader,
    records, exports: whole['exports'] === undefined ? [] : Object.entries(fieldsOf(whole['exports'], 'exports')), find: (name) => byId.get(name) ?? others.get(name),
  }
}

function checkVersion({ tgj, version }: Readonly<Record<string, unknown>>): void {
  if (tgj === '1.0' || (tgj === undefined && typeof version === 'string' && version.startsWith('trace-json/1.'))) return
  throw bad('version "1.0"', tgj ?? version, 'tgj')
}

function listed(nodes: unknown, at: string): ListedRecord[] {
  if (Array.isArray(nodes)) return nodes.map((record: unknown, index) => checkRecord(record, undefined, `${at}[${index}]`))
  return Object.entries(fieldsOf(nodes, at)).map(([id, record]) => checkRecord(record, id, `${at}[${JSON.stringify(id)}]`))
}

/** What a record says of its inside. */
export function innerFields({ kind, fields, at }: ListedRecord): Readonly<Record<string, unknown>> | undefined {
  const inner = (fields['traceEval'] as { inner?: unknown } | null | undefined)?.inner
  return inner === undefined || kind !== 'message' ? undefined : fieldsOf(inner, `${at}.traceEval.inner`)
}

function checkRecord(record: unknown, key: string | undefined, at: string): ListedRecord {
  const fields = fieldsOf(record, at)
  const id = fields['id'] ?? key
  if (typeof id !== 'string' || id === '') throw bad('an id', id, `${at}.id`)
  const kind = typeof fields['kind'] === 'string' && Object.hasOwn(kinds, fields['kind']) ? kinds[fields['kind']] : undefined
  if (kind === undefined) throw bad(`one of ${Object.keys(kinds).join(', ')}`, fields['kind'], `${at}.kind`)
  const name = fields['name'] ?? id
  if (typeof name !== 'string') throw bad('a name', name, `${at}.name`)
  return { id, kind, name, fields, at }
}

/** `value` as an object that is no list. @throws {TraceEvalError} `TGJ_DOCUMENT` */
export function fieldsOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw bad('an object', value, at)
}

/** The error for something in a document that is not as expected. */
export function bad(expected: string, received: unknown, at: string): TraceEvalError {
  return new TraceEvalError('TGJ_DOCUMENT', `expected ${expected}, received ${describeValue(received)}`, { at })
}
