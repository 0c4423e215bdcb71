/** A program and its arguments, and what may go wrong with it, each with the words for it. Stage: optimize. */
import { shorten } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { escapeControls } from '../core/text.ts'

/** A program and its arguments; no shell reads them. */
export interface ExternalCommand {
  readonly command: string
  readonly args?: readonly string[]
  /** Working directory. @defaultValue that of this process */
  readonly cwd?: string
  /** Milliseconds for one answer. @defaultValue 60,000 */
  readonly timeoutMs?: number
}

/** More than this is not read of an answer. */
export const MAX_BYTES = 4 * 2 ** 20
export const TIMEOUT_MS = 60_000

/** Errors of one command, which they name. */
export class ExternalFailures {
  readonly #at: string
  readonly #timeoutMs: number

  constructor({ command, args = [], timeoutMs = TIMEOUT_MS }: ExternalCommand) {
    this.#at = `command ${JSON.stringify([command, ...args].join(' '))}`
    this.#timeoutMs = timeoutMs
  }

  stopped(): TraceEvalError { return this.#made('EXTERNAL_STOPPED', 'the run was stopped') }
  start(message: string): TraceEvalError {
    return this.#made('EXTERNAL_START', `expected a command that starts, received: ${escapeControls(message)}`, 'The first word is the program; no shell reads the rest.')
  }
  timeout(hint: string): TraceEvalError { return this.#made('EXTERNAL_TIMEOUT', `expected an answer within ${this.#timeoutMs} ms, received none`, hint) }
  size(): TraceEvalError { return this.#made('EXTERNAL_SIZE', `expected an answer of at most ${MAX_BYTES} bytes, received more`) }
  /** `complaints` is what it wrote to its standard error. */
  exit(expected: string, received: number | string | null, complaints: string): TraceEvalError {
    const said = escapeControls(complaints.trim().split('\n').slice(-3).join(' | '))
    return this.#made('EXTERNAL_EXIT', `expected ${expected}, received ${received}${said === '' ? '' : `: ${shorten(said, 300)}`}`)
  }
  answer(problem: string, hint: string): TraceEvalError { return this.#made('EXTERNAL_ANSWER', problem, hint) }

  #made(code: string, problem: string, hint?: string): TraceEvalError { return new TraceEvalError(code, problem, { at: this.#at, ...(hint !== undefined && { hint }) }) }
}
