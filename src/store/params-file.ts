/** Saved parameters on disk: one committed JSON file beside each eval file. Stage: store. */
import { readFile } from 'node:fs/promises'
import { TraceEvalError } from '../core/errors.ts'
import { writeFileAtomic } from './atomic-write.ts'
import { parseParams, type ParamsFile, type SavedWorkflow } from './parse-params.ts'

/** The params file of an eval file: `evals/route.eval.ts` → `evals/route.params.json`. */
export function paramsPath(evalFile: string): string {
  return `${evalFile.replace(/(?:\.eval)?\.[cm]?[jt]sx?$/, '')}.params.json`
}

/**
 * The content of a params file; none when there is no such file.
 *
 * @throws {TraceEvalError} `PARAMS_FILE_UNREADABLE`, `PARAMS_FILE_CONFLICT`, `PARAMS_FILE_SYNTAX`,
 * `PARAMS_FILE_VERSION` or `PARAMS_FILE_SHAPE`. The file stays as it is.
 * @example
 * ```ts no-run
 * const saved = savedValues(await readParamsFile(paramsPath('evals/route.eval.ts')), 'ticket routing')
 * ```
 */
export async function readParamsFile(path: string): Promise<ParamsFile | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new TraceEvalError('PARAMS_FILE_UNREADABLE', `expected a file that can be read, received ${code ?? String(error)}`,
      { at: path, cause: error, hint: 'Check that it is a file and that you have the right to read it.' })
  }
  return parseParams(text, path)
}

/** The saved values of one workflow, by parameter name; empty when there are none. */
export function savedValues(file: ParamsFile | undefined, workflow: string): Record<string, unknown> {
  const saved = file !== undefined && Object.hasOwn(file.workflows, workflow) ? file.workflows[workflow]! : { parameters: {} }
  return Object.fromEntries(Object.entries(saved.parameters).map(([name, { value }]) => [name, value]))
}

/**
 * Puts `workflows` into the params file at `path`. Other workflows in it are kept as they are; a file that cannot
 * be read is an error and stays untouched. Unchanged content is not written again.
 *
 * @throws {TraceEvalError} As `readParamsFile` and `writeFileAtomic` do.
 */
export async function writeParamsFile(path: string, workflows: Readonly<Record<string, SavedWorkflow>>): Promise<void> {
  const existing = await readParamsFile(path)
  const text = formatParams({ schemaVersion: 1, ...existing, workflows: { ...existing?.workflows, ...workflows } })
  if (existing !== undefined && (await readFile(path, 'utf8')) === text) return
  await writeFileAtomic(path, text)
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
