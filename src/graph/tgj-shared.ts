/** Large values that stand in a TGJ document once, and elsewhere by hash. Stage: graph. */
import { sha256 } from '../core/hash.ts'
import { bad, type ListedRecord } from './tgj-records.ts'
import type { Json, TgjRecord } from './tgj-types.ts'

const large = 1000
const shown = 120

/** The records with each large value in full at the first that has it. Parameters keep theirs: other optimizers change them. */
export function shareValues(records: readonly TgjRecord[]): TgjRecord[] {
  const holders = new Map<string, string>()
  return records.map((record) => {
    if (record.kind === 'exception') return record
    const value = record.kind === 'message' ? record.output.value : record.value
    const text = JSON.stringify(value)
    if (text.length <= large) return record
    const hash = `sha256:${sha256(text)}`
    const holder = holders.get(hash)
    if (holder === undefined) holders.set(hash, record.id)
    if (holder === undefined || record.kind === 'parameter') return record
    const [preview, traceEval] = [previewOf(value, text), { ...record.traceEval, value: { hash, at: holder } }]
    return record.kind === 'message' ? { ...record, output: { ...record.output, value: preview }, traceEval } : { ...record, value: preview, traceEval }
  })
}

function previewOf(value: Json, text: string): string {
  return `${(typeof value === 'string' ? value : text).slice(0, shown).toWellFormed()}…`
}

/** The records as they were before. @throws {TraceEvalError} `TGJ_DOCUMENT` for a value that is nowhere in full */
export function unshareValues(records: readonly ListedRecord[], byId: ReadonlyMap<string, ListedRecord>): ListedRecord[] {
  return records.map((record) => {
    const holder = holderOf(record)
    if (holder === undefined || (record.kind !== 'message' && record.kind !== 'value')) return record
    const full = byId.get(holder)
    if (full === undefined || full.kind === 'exception' || holderOf(full) !== undefined) throw bad('the id of a record with the value in full', holder, `${record.at}.traceEval.value.at`)
    const value = full.kind === 'message' ? (full.fields['output'] as { value?: unknown } | null | undefined)?.value : full.fields['value']
    const more = record.kind === 'message' ? { output: { ...record.fields['output'] as object, value } } : { value }
    return { ...record, fields: { ...record.fields, ...more } }
  })
}

function holderOf({ fields }: ListedRecord): string | undefined {
  const at = (fields['traceEval'] as { value?: { at?: unknown } | null } | null | undefined)?.value?.at
  return typeof at === 'string' ? at : undefined
}
