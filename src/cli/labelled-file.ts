/** Outputs that people have labelled, from a file. Stage: cli. */
import { readFile } from 'node:fs/promises'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { isRecord } from '../core/is-record.ts'
import type { LabelledOutput } from '../judge/calibrate.ts'
import { jsonErrorPlace } from '../store/json-error.ts'

const hint = 'A list of { "output": …, "label": true }, or one such object a line in a file that ends in .jsonl; `expected`, `input` and `id` are shown to the judge and in the result.'

/**
 * Reads a list as JSON, or one row a line.
 *
 * @throws {TraceEvalError} `LABELLED_FILE` for a file that is missing, is no JSON, or holds other rows.
 */
export async function readLabelled(file: string): Promise<LabelledOutput[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => { throw wrong(`expected a file of labelled outputs, received ${error.code === 'ENOENT' ? 'none' : error.message}`, file) })
  const rows = file.endsWith('.jsonl') ? text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parse(line, `${file}:${index + 1}`)])) : parse(text, file)
  if (!Array.isArray(rows)) throw wrong(`expected a list of labelled outputs, received ${describeValue(rows)}`, file)
  return rows.map((row: unknown, index) => {
    if (!isRecord(row) || !Object.hasOwn(row, 'output') || !Object.hasOwn(row, 'label')) throw wrong(`expected an output and its label, received ${describeValue(row)}`, `${file}, row ${index + 1}`)
    const { output, label, expected, input, id } = row
    return { output, label: label as LabelledOutput['label'], ...(expected !== undefined && { expected }), ...(input !== undefined && { input }), ...(id !== undefined && { id: String(id) }) }
  })
}

function parse(text: string, at: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown
  } catch {
    const place = jsonErrorPlace(text)
    throw wrong(`expected JSON, received ${describeValue(text, 80)}`, place === undefined ? at : `${at.replace(/:\d+$/, '')}${/:\d+$/.exec(at)?.[0] ?? `:${place.line}`}:${place.column}`)
  }
}

const wrong = (message: string, at: string): TraceEvalError => new TraceEvalError('LABELLED_FILE', message, { at, hint })
