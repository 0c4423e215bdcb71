/** One question to an external command: a text in, a text out, and nothing left running. Stage: optimize. */
import { spawn } from 'node:child_process'
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
const MAX_BYTES = 4 * 2 ** 20

/**
 * Starts the command, writes `question` to its standard input, and gives what it wrote to its standard output.
 *
 * @throws {TraceEvalError} `EXTERNAL_START`, `EXTERNAL_EXIT` (with the end of its standard error), `EXTERNAL_TIMEOUT`, `EXTERNAL_SIZE`, `EXTERNAL_STOPPED`.
 */
export async function exchange({ command, args = [], cwd, timeoutMs = 60_000 }: ExternalCommand, question: string, signal: AbortSignal): Promise<string> {
  const at = `command ${JSON.stringify([command, ...args].join(' '))}`
  if (signal.aborted) throw new TraceEvalError('EXTERNAL_STOPPED', 'the run was stopped', { at })
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const [answer, complaints] = [[] as Buffer[], [] as Buffer[]]
  const sizes = { answer: 0, complaints: 0 }
  const fail = (code: string, problem: string, hint?: string): void => {
    reject(new TraceEvalError(code, problem, { at, ...(hint !== undefined && { hint }) }))
    child.kill('SIGKILL')
  }
  const onAbort = (): void => fail('EXTERNAL_STOPPED', 'the run was stopped')
  const onExit = (): void => { child.kill('SIGKILL') }
  const timer = setTimeout(() => fail('EXTERNAL_TIMEOUT', `expected an answer within ${timeoutMs} ms, received none`, 'Raise timeoutMs, or answer with no proposals.'), timeoutMs)
  signal.addEventListener('abort', onAbort, { once: true })
  process.once('exit', onExit)
  child.on('error', ({ message }) => fail('EXTERNAL_START', `expected a command that starts, received: ${escapeControls(message)}`, 'The first word is the program; no shell reads the rest.'))
  child.stdout.on('data', (chunk: Buffer) => {
    sizes.answer += chunk.length
    if (sizes.answer > MAX_BYTES) fail('EXTERNAL_SIZE', `expected an answer of at most ${MAX_BYTES} bytes, received more`)
    else answer.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    sizes.complaints += chunk.length
    if (sizes.complaints <= MAX_BYTES) complaints.push(chunk)
  })
  child.on('close', (status, killedBy) => {
    const said = escapeControls(Buffer.concat(complaints).toString().trim().split('\n').slice(-3).join(' | '))
    if (status === 0) resolve(Buffer.concat(answer).toString())
    else fail('EXTERNAL_EXIT', `expected exit code 0, received ${status ?? killedBy}${said === '' ? '' : `: ${shorten(said, 300)}`}`)
  })
  // A command that does not read its input is told nothing, and that is no error by itself.
  child.stdin.on('error', () => undefined)
  child.stdin.end(question)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    process.off('exit', onExit)
  }
}
