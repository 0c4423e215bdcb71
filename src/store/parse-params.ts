/** From the text of a params file to its content, or to an error that names the place and the fix. Stage: store. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import type { ParameterKind } from '../graph/domain.ts'
import { JsonFileKind } from './json-file.ts'

/** The content of a `*.params.json` file; `loadParameters` takes it as it is. */
export interface ParamsFile {
  readonly schemaVersion: 1
  readonly workflows: Readonly<Record<string, SavedWorkflow>>
}

/** What is saved of one workflow. */
export interface SavedWorkflow {
  /** By parameter name. */
  readonly parameters: Readonly<Record<string, SavedParameter>>
  /** What earned these values; none when somebody wrote them by hand. */
  readonly verdict?: SavedVerdict
}

/** A saved value. */
export interface SavedParameter {
  /** The kind that the parameter had; none when somebody wrote the value by hand. */
  readonly kind?: ParameterKind
  readonly value: unknown
  /** Of code: the function's name, and declarations of the types it uses. On disk code stands in a file of its own, `file`, with its `hash`. */
  readonly function?: string
  readonly types?: string
}

/** The numbers behind saved values. */
interface SavedVerdict {
  readonly verdict: string
  /** Final score, 0 to 1, on the cases the gate looked at. */
  readonly score: number
  /** The same with the starting values. */
  readonly baseline: number
  /** Cases (or clusters) behind the score. */
  readonly n: number
  /** False: the cases were those that were optimized on. */
  readonly heldOut: boolean
  /** When the run started, ISO 8601. */
  readonly date: string
  readonly seed: string
}

/** Files that hold saved parameters. @internal */
export const paramsFiles = new JsonFileKind('PARAMS_FILE', {
  unreadable: 'Check that it is a file and that you have the right to read it.',
  syntax: 'Correct that place, or restore the file from version control.',
  shape: 'Correct that place, or restore the file from version control; docs/saved-parameters.md shows the form.',
})

/**
 * Reads the text of a params file. `file` is only named in messages.
 *
 * @throws {TraceEvalError} `PARAMS_FILE_CONFLICT`, `PARAMS_FILE_SYNTAX`, `PARAMS_FILE_VERSION` or `PARAMS_FILE_SHAPE`.
 */
export function parseParams(text: string, file: string): ParamsFile {
  const content = paramsFiles.record(parseJson(text.replace(/^\ufeff/, ''), file), 'a JSON object', file)
  if (content['schemaVersion'] !== 1) {
    throw new TraceEvalError('PARAMS_FILE_VERSION', `expected "schemaVersion": 1, received ${describeValue(content['schemaVersion'])}`,
      { at: file, hint: 'It was written by another version of trace-eval: install that one, or restore the file from version control.' })
  }
  for (const [workflow, entry] of Object.entries(paramsFiles.record(content['workflows'], 'an object for "workflows"', file))) checkWorkflow(workflow, entry, file)
  return content as unknown as ParamsFile // checked field by field above
}

function parseJson(text: string, path: string): unknown {
  const conflict = text.split('\n').findIndex((line) => /^(?:<{7}|={7}|>{7}|\|{7})(?: |\r?$)/.test(line))
  try {
    return paramsFiles.parse(text, path)
  } catch (error) {
    if (conflict < 0) throw error
    throw new TraceEvalError('PARAMS_FILE_CONFLICT', 'expected JSON, received the marks of a merge conflict', {
      at: `${path}:${conflict + 1}:1`, cause: error, hint: 'Keep the values of one side, or take either side and run `npx trace-eval` and `npx trace-eval accept` again.',
    })
  }
}

function checkWorkflow(workflow: string, entry: unknown, file: string): void {
  const name = describeValue(workflow)
  const parameters = paramsFiles.record(paramsFiles.record(entry, `an object for workflow ${name}`, file)['parameters'], `an object for "parameters" of workflow ${name}`, file)
  for (const [parameter, saved] of Object.entries(parameters)) {
    const what = `{ "kind": …, "value": … } for parameter ${describeValue(parameter)} of workflow ${name}`
    const fields = paramsFiles.record(saved, what, file)
    if (!Object.hasOwn(fields, 'value') && !isCodeReference(fields)) throw paramsFiles.misshapen(what, saved, file)
  }
}

/** Code in a file of its own, before that was read. */
export function isCodeReference(saved: object): saved is { readonly kind: 'code'; readonly file: string; readonly hash?: unknown; readonly function: string } {
  const { kind, file, function: name } = saved as Record<string, unknown>
  return kind === 'code' && typeof file === 'string' && typeof name === 'string' && !Object.hasOwn(saved, 'value')
}
