/** Saved parameters on disk: one committed JSON file beside each eval file. Stage: store. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'
import { writeFileAtomic } from './atomic-write.ts'
import { codeFile, readCode, type CodeFile } from './code-files.ts'
import { isCodeReference, paramsFiles, parseParams, type ParamsFile, type SavedParameter, type SavedWorkflow } from './parse-params.ts'

/** The params file of an eval file: `evals/route.eval.ts` → `evals/route.params.json`. */
export function paramsPath(evalFile: string): string {
  return `${evalFile.replace(/(?:\.eval)?\.[cm]?[jt]sx?$/, '')}.params.json`
}

/**
 * The content of a params file, with the code that it refers to as values; none when there is no such file.
 *
 * @throws {TraceEvalError} `PARAMS_FILE_UNREADABLE`, `PARAMS_FILE_CONFLICT`, `PARAMS_FILE_SYNTAX`,
 * `PARAMS_FILE_VERSION` or `PARAMS_FILE_SHAPE`; `CODE_FILE_UNREADABLE`, `CODE_FILE_CHANGED` or `CODE_FILE_PATH` for its
 * code. The files stay as they are.
 * @example
 * ```ts no-run
 * const saved = savedValues(await readParamsFile(paramsPath('evals/route.eval.ts')), 'ticket routing')
 * ```
 */
export async function readParamsFile(path: string): Promise<ParamsFile | undefined> {
  // Most evals have none, and an error with its stack takes longer than everything else here.
  if (!existsSync(path)) return undefined
  const text = await paramsFiles.read(path)
  if (text === undefined) return undefined
  const file = parseParams(text, path)
  return { ...file, workflows: await mapParameters(file, async (saved) => isCodeReference(saved) ? { kind: 'code', function: saved.function, ...await readCode(path, saved) } : saved) }
}

async function mapParameters({ workflows }: ParamsFile, map: (saved: SavedParameter, name: string) => Promise<SavedParameter>): Promise<ParamsFile['workflows']> {
  const entries = Object.entries(workflows).map(async ([workflow, saved]) => {
    const parameters = await Promise.all(Object.entries(saved.parameters).map(async ([name, one]) => [name, await map(one, name)] as const))
    return [workflow, { ...saved, parameters: Object.fromEntries(parameters) }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** The saved values of one workflow, by parameter name; empty when there are none. */
export function savedValues(file: ParamsFile | undefined, workflow: string): Record<string, unknown> {
  const saved = file !== undefined && Object.hasOwn(file.workflows, workflow) ? file.workflows[workflow]! : { parameters: {} }
  return Object.fromEntries(Object.entries(saved.parameters).map(([name, { value }]) => [name, value]))
}

/**
 * Puts `workflows` into the params file at `path`, and code into source files beside it. Other workflows in it are kept
 * as they are; a file that cannot be read is an error and stays untouched. Unchanged content is not written again.
 *
 * @throws {TraceEvalError} As `readParamsFile` and `writeFileAtomic` do; `CODE_FILE_TWICE` when two parameters would share a file.
 */
export async function writeParamsFile(path: string, workflows: Readonly<Record<string, SavedWorkflow>>): Promise<void> {
  const existing = await readParamsFile(path)
  const file: ParamsFile = { schemaVersion: 1, ...existing, workflows: { ...existing?.workflows, ...workflows } }
  const codes = new Map<string, CodeFile>()
  const written = await mapParameters(file, async (saved, name) => {
    if (saved.kind !== 'code' || saved.function === undefined) return saved
    const code = codeFile(path, name, saved)
    if ((codes.get(code.file) ?? code).hash !== code.hash) throw twoCodes(path, name)
    codes.set(code.file, code)
    return { kind: 'code', function: saved.function, file: code.file, hash: code.hash } as unknown as SavedParameter
  })
  // The code first: a params file never refers to what is not there.
  for (const { file: name, text } of codes.values()) await writeChanged(join(dirname(path), name), text)
  await writeChanged(path, formatParams({ ...file, workflows: written }))
}

async function writeChanged(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFileAtomic(path, text)
}

function twoCodes(path: string, name: string): TraceEvalError {
  return new TraceEvalError('CODE_FILE_TWICE', `expected one code for parameter ${JSON.stringify(name)}, received two from two workflows`, { at: path, hint: 'Give the parameters different names.' })
}

/**
 * The text of a params file: two spaces, workflows and parameters by name, a line feed at the end. The order of
 * keys inside a value is kept, since a prompt may print it. Marks that hide or reorder text are written as escapes.
 */
export function formatParams(file: ParamsFile): string {
  const workflows = sorted(file.workflows, (saved) => ({ ...saved, parameters: sorted(saved.parameters, (parameter) => parameter) }))
  return `${JSON.stringify({ ...file, workflows }, null, 2).replace(invisible, escapeUnicode)}\n`
}

// Such characters can stand only inside strings of a JSON text, where an escape means the same.
const invisible = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const escapeUnicode = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`

function sorted<T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  const names = Object.keys(record).sort()
  return Object.fromEntries(names.map((name) => [name, map(record[name]!)]))
}
