/** Scores to compare with: one committed JSON file beside an eval file, or wherever a gate names it. Stage: store. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { hashValue } from '../core/hash.ts'
import { writeFileAtomic } from './atomic-write.ts'
import { JsonFileKind } from './json-file.ts'

/** The content of a `*.baseline.json` file. */
export interface BaselineFile {
  readonly schemaVersion: 1
  readonly workflows: Readonly<Record<string, BaselineWorkflow>>
}

/** What was measured of one workflow. */
export interface BaselineWorkflow {
  /** When the run started, ISO 8601. */
  readonly date: string
  readonly seed: string
  /** When a case with several trials passed, as the gate said then. */
  readonly passes: string | number
  /** Of the ids and inputs of all cases, so that a file whose entries were edited or merged by hand is seen. */
  readonly fingerprint: string
  /** Of everything in `cases`, so that a score that was changed by hand is seen; none in files of earlier versions. */
  readonly checksum?: string
  /** By case id. */
  readonly cases: Readonly<Record<string, BaselineCase>>
}

/** The scores of one case. */
export interface BaselineCase {
  /** 0 to 1; null where it could not be measured. */
  readonly score: number | null
  /** Hash of the row that the case was made from; none where there was no row. */
  readonly input?: string
  /** Of checks, assertions and scorers that a gate compares: `check polite`. */
  readonly parts?: Readonly<Record<string, number>>
}

/** The baseline file of an eval file: `evals/route.eval.ts` → `evals/route.baseline.json`. */
export function baselinePath(evalFile: string): string {
  return `${evalFile.replace(/(?:\.eval)?\.[cm]?[jt]sx?$/, '')}.baseline.json`
}

/** Of the ids and inputs of the cases, in any order. */
export function fingerprintOf(cases: BaselineWorkflow['cases']): string {
  return hashValue(Object.entries(cases).map(([id, { input = null }]) => [id, input]).toSorted(([a], [b]) => (a! < b! ? -1 : 1))).slice(0, 16)
}

/** Of the scores as they are written. */
function checksumOf(cases: BaselineWorkflow['cases']): string {
  return hashValue(JSON.parse(JSON.stringify(cases))).slice(0, 16)
}

/**
 * The content of a baseline file; none when there is no such file.
 *
 * @throws {TraceEvalError} `BASELINE_FILE_UNREADABLE`, `BASELINE_FILE_SYNTAX`, `BASELINE_FILE_VERSION`, `BASELINE_FILE_SHAPE`,
 * and `BASELINE_FILE_EDITED` where entries do not belong to its fingerprint, or scores to its checksum. The file stays as it is.
 */
export async function readBaselineFile(path: string): Promise<BaselineFile | undefined> {
  const text = await baselineFiles.read(path)
  return text === undefined ? undefined : parseBaseline(text, path)
}

/** Reads the text of a baseline file; `file` is only named in messages. Throws as `readBaselineFile` does. */
export function parseBaseline(text: string, file: string): BaselineFile {
  const content = baselineFiles.record(baselineFiles.parse(text.replace(/^\ufeff/, ''), file), 'a JSON object', file)
  if (content['schemaVersion'] !== 1) {
    throw new TraceEvalError('BASELINE_FILE_VERSION', `expected "schemaVersion": 1, received ${describeValue(content['schemaVersion'])}`, { at: file, hint: `It was written by another version of trace-eval. ${again}` })
  }
  for (const [name, entry] of Object.entries(baselineFiles.record(content['workflows'], 'an object for "workflows"', file))) checkWorkflow(name, entry, file)
  return content as unknown as BaselineFile // checked field by field above
}

/** Puts `workflows` into the file at `path`; other workflows in it stay. Throws as `readBaselineFile` and `writeFileAtomic` do. */
export async function writeBaselineFile(path: string, workflows: BaselineFile['workflows']): Promise<void> {
  // A file that somebody edited is what a new baseline is for.
  const existing = await readBaselineFile(path).catch((error: unknown) => {
    if (TraceEvalError.is(error, 'BASELINE_FILE_EDITED')) return undefined
    throw error
  })
  const measured = Object.fromEntries(Object.entries(workflows).map(([name, { cases, ...rest }]) => [name, { ...rest, checksum: checksumOf(cases), cases }]))
  const all = Object.entries({ ...existing?.workflows, ...measured }).toSorted(([a], [b]) => (a < b ? -1 : 1))
  const sorted = all.map(([name, workflow]) => [name, { ...workflow, cases: Object.fromEntries(Object.entries(workflow.cases).toSorted(([a], [b]) => (a < b ? -1 : 1))) }] as const)
  await writeFileAtomic(path, formatBaseline({ schemaVersion: 1, workflows: Object.fromEntries(sorted) }))
}

/** The text of a baseline file, one line per case, so that a changed score is one changed line. */
function formatBaseline({ schemaVersion, workflows }: BaselineFile): string {
  const list = (lines: readonly string[], indent: string): string => (lines.length === 0 ? '{}' : `{\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}}`)
  const entries = Object.entries(workflows).map(([name, { cases, ...rest }]) => {
    const fields = Object.entries(rest).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    const lines = Object.entries(cases).map(([id, one]) => `${JSON.stringify(id)}: ${JSON.stringify(one)}`)
    return `${JSON.stringify(name)}: ${list([...fields, `"cases": ${list(lines, '      ')}`], '    ')}`
  })
  return `${list([`"schemaVersion": ${schemaVersion}`, `"workflows": ${list(entries, '  ')}`], '')}\n`
}

const again = 'Restore it from version control, or delete it, run again, and write it anew with `npx trace-eval accept --baseline`.'

const baselineFiles = new JsonFileKind('BASELINE_FILE', { unreadable: 'Check that it is a file and that you have the right to read it.', syntax: again, shape: again })

function checkWorkflow(name: string, entry: unknown, file: string): void {
  const what = `workflow ${describeValue(name)}`
  const workflow = baselineFiles.record(entry, `an object for ${what}`, file)
  const cases = baselineFiles.record(workflow['cases'], `an object for "cases" of ${what}`, file)
  for (const [id, one] of Object.entries(cases)) {
    const scores = baselineFiles.record(one, `{ "score": … } for case ${describeValue(id)} of ${what}`, file)
    const parts = scores['parts'] === undefined ? [] : Object.values(baselineFiles.record(scores['parts'], `an object for "parts" of case ${describeValue(id)}`, file))
    const wrong = [scores['score'] ?? 0, ...parts].find((score) => typeof score !== 'number' || !(score >= 0 && score <= 1))
    if (wrong !== undefined || !('score' in scores)) throw baselineFiles.misshapen(`scores from 0 to 1 for case ${describeValue(id)} of ${what}`, wrong ?? one, file)
  }
  const found = fingerprintOf(cases as BaselineWorkflow['cases'])
  if (workflow['fingerprint'] !== found) {
    throw new TraceEvalError('BASELINE_FILE_EDITED', `expected the cases of fingerprint ${describeValue(workflow['fingerprint'])} for ${what}, received ${describeValue(found)}`,
      { at: file, hint: `Entries were added, removed or merged by hand. ${again}` })
  }
  const { checksum } = workflow
  const scored = checksumOf(cases as BaselineWorkflow['cases'])
  if (checksum !== undefined && checksum !== scored) {
    throw new TraceEvalError('BASELINE_FILE_EDITED', `expected the scores of checksum ${describeValue(checksum)} for ${what}, received ${describeValue(scored)}`,
      { at: file, hint: `Scores were changed or merged by hand. ${again}` })
  }
}
