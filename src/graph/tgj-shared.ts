/** Large values that stand in a TGJ document once, and elsewhere by hash. Stage: graph. */
import { canonicalJson } from '../core/canonical-json.ts'
import { sha256 } from '../core/hash.ts'
import { bad, type ListedRecord } from './tgj-records.ts'
import type { Json, TgjRecord, TgjRef, TgjShared } from './tgj-types.ts'

const large = 1000
const shown = 120

/**
 * The records with each large value, of a node or as a literal input, in full at the first place that has it. Parameters keep
 * theirs: other optimizers change them.
 */
export function shareValues(records: readonly TgjRecord[]): TgjRecord[] {
  const places = new Map<string, Pick<TgjShared, 'at' | 'role'>>()
  const sharedBy = (value: Json, place: Pick<TgjShared, 'at' | 'role'>): TgjShared | undefined => {
    const text = largeText(value)
    if (text === undefined) return undefined
    const known = places.get(text)
    if (known === undefined) places.set(text, place)
    return known && { hash: hashOf(value), ...known }
  }
  return records.map((record) => {
    if (record.kind === 'parameter') { sharedBy(record.value, { at: record.id }); return record }
    if (record.kind === 'value') {
      const shared = sharedBy(record.value, { at: record.id })
      return shared === undefined ? record : { ...record, value: previewOf(record.value), traceEval: { ...record.traceEval, value: shared } }
    }
    const withInputs = { ...record, inputs: Object.fromEntries(Object.entries(record.inputs).map(([role, ref]): [string, TgjRef] => {
      if (typeof ref !== 'object' || !('literal' in ref)) return [role, ref]
      const shared = sharedBy(ref.literal, { at: record.id, role })
      return [role, shared === undefined ? ref : { hash: shared.hash, preview: previewOf(ref.literal), traceEval: shared }]
    })) }
    if (withInputs.kind === 'exception') return withInputs
    const { output } = withInputs
    const shared = sharedBy(output.value, { at: record.id })
    return shared === undefined ? withInputs : { ...withInputs, output: { ...output, value: previewOf(output.value) }, traceEval: { ...withInputs.traceEval, value: shared } }
  })
}

function largeText(value: Json): string | undefined {
  const text = typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value) : ''
  return text.length > large ? text : undefined
}

// The order of keys is not kept by every tool that a document passes through.
const hashOf = (value: unknown): string => `sha256:${sha256(canonicalJson(value))}`

function previewOf(value: Json): string {
  return `${(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, shown).toWellFormed()}…`
}

/**
 * The records as they were before.
 *
 * @throws {TraceEvalError} `TGJ_DOCUMENT` for a value that is nowhere in full, or not the one of its hash.
 */
export function unshareValues(records: readonly ListedRecord[], byId: ReadonlyMap<string, ListedRecord>): ListedRecord[] {
  const full = fullValues(byId)
  return records.map((record) => {
    const { kind, fields, at } = record
    if (kind === 'parameter') return record
    const shared = sharedIn((fields['traceEval'] as { value?: unknown } | null | undefined)?.value)
    const value = shared && full(shared, `${at}.traceEval.value`)
    const own = shared === undefined || kind === 'exception' ? {} : kind === 'message' ? { output: { ...fields['output'] as object, value } } : { value }
    const inputs = typeof fields['inputs'] === 'object' && fields['inputs'] !== null ? Object.entries(fields['inputs']) : []
    const given = inputs.map(([role, ref]): [string, unknown] => {
      const by = sharedIn((ref as { traceEval?: unknown } | null | undefined)?.traceEval)
      return [role, by === undefined ? ref : { literal: full(by, `${at}.inputs.${role}.traceEval`) }]
    })
    return inputs.length === 0 && shared === undefined ? record : { ...record, fields: { ...fields, ...own, ...inputs.length > 0 && { inputs: Object.fromEntries(given) } } }
  })
}

function fullValues(byId: ReadonlyMap<string, ListedRecord>): (shared: TgjShared, at: string) => unknown {
  const checked = new Map<string, unknown>()
  return ({ hash, at: id, role, cut }, at) => {
    const key = JSON.stringify([hash, id, role])
    if (checked.has(key)) return checked.get(key)
    const holder = byId.get(id)
    const value = holder && valueAt(holder, role)
    if (value === undefined) throw bad('the id of a record with the value in full', id, `${at}.at`)
    if (cut !== true && hashOf(value) !== hash) throw bad(`the value of ${hash} at ${JSON.stringify(id)}`, value, `${at}.hash`)
    checked.set(key, value)
    return value
  }
}

/** What stands there in full. */
function valueAt({ kind, fields }: ListedRecord, role: string | undefined): unknown {
  if (role !== undefined) return (fields['inputs'] as Record<string, { literal?: unknown } | undefined> | null | undefined)?.[role]?.literal
  if (kind === 'exception' || sharedIn((fields['traceEval'] as { value?: unknown } | null | undefined)?.value) !== undefined) return undefined
  return kind === 'message' ? (fields['output'] as { value?: unknown } | null | undefined)?.value : fields['value']
}

function sharedIn(value: unknown): TgjShared | undefined {
  const { at, hash } = (value ?? {}) as Record<string, unknown>
  return typeof at === 'string' && typeof hash === 'string' ? value as TgjShared : undefined
}
