/** JSON files that a person may have touched: read, and told apart from what they should be, under the codes of their kind. Stage: store. */
import { readFile } from 'node:fs/promises'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { isRecord } from '../core/is-record.ts'
import { jsonErrorPlace } from './json-error.ts'

/** What to do about a file that is wrong. */
export interface JsonFileHints { readonly unreadable: string; readonly syntax: string; readonly shape: string }

/** One kind of file. */
export class JsonFileKind {
  readonly #code: string
  readonly #hints: JsonFileHints

  /** @param code - `PARAMS_FILE` for errors `PARAMS_FILE_UNREADABLE`, `PARAMS_FILE_SYNTAX` and `PARAMS_FILE_SHAPE`. */
  constructor(code: string, hints: JsonFileHints) {
    this.#code = code
    this.#hints = hints
  }

  /** The text; none when there is no file. */
  async read(path: string): Promise<string | undefined> {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return undefined
      throw new TraceEvalError(`${this.#code}_UNREADABLE`, `expected a file that can be read, received ${code ?? String(error)}`, { at: path, cause: error, hint: this.#hints.unreadable })
    }
  }

  /** `file` is only named in messages, here and below. */
  parse(text: string, file: string): unknown {
    try {
      return JSON.parse(text)
    } catch (error) {
      const place = jsonErrorPlace(text) ?? { line: 1, column: 1 }
      const received = text.trim() === '' ? 'an empty file' : 'text that is not JSON from here on'
      throw new TraceEvalError(`${this.#code}_SYNTAX`, `expected JSON, received ${received}`, { at: `${file}:${place.line}:${place.column}`, cause: error, hint: this.#hints.syntax })
    }
  }

  record(value: unknown, what: string, file: string): Record<string, unknown> {
    if (isRecord(value)) return value
    throw this.misshapen(what, value, file)
  }

  misshapen(what: string, value: unknown, file: string): TraceEvalError {
    return new TraceEvalError(`${this.#code}_SHAPE`, `expected ${what}, received ${describeValue(value)}`, { at: file, hint: this.#hints.shape })
  }
}
