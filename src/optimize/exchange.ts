/** One question to an external command: a text in, a text out, and nothing left running. Stage: optimize. */
import { spawn } from 'node:child_process'
import type { TraceEvalError } from '../core/errors.ts'
import { ExternalFailures, MAX_BYTES, TIMEOUT_MS, type ExternalCommand } from './external-failures.ts'

/**
 * Starts the command, writes `question` to its standard input, and gives what it wrote to its standard output.
 *
 * @throws {TraceEvalError} `EXTERNAL_START`, `EXTERNAL_EXIT` (with the end of its standard error), `EXTERNAL_TIMEOUT`, `EXTERNAL_SIZE`, `EXTERNAL_STOPPED`.
 */
export async function exchange(external: ExternalCommand, question: string, signal: AbortSignal): Promise<string> {
  const { command, args = [], cwd, timeoutMs = TIMEOUT_MS } = external
  const failures = new ExternalFailures(external)
  if (signal.aborted) throw failures.stopped()
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const [answer, complaints] = [[] as Buffer[], [] as Buffer[]]
  const sizes = { answer: 0, complaints: 0 }
  const fail = (error: TraceEvalError): void => {
    reject(error)
    child.kill('SIGKILL')
  }
  const onAbort = (): void => fail(failures.stopped())
  const onExit = (): void => { child.kill('SIGKILL') }
  const timer = setTimeout(() => fail(failures.timeout('Raise timeoutMs, or answer with no proposals.')), timeoutMs)
  signal.addEventListener('abort', onAbort, { once: true })
  process.once('exit', onExit)
  child.on('error', ({ message }) => fail(failures.start(message)))
  child.stdout.on('data', (chunk: Buffer) => {
    sizes.answer += chunk.length
    if (sizes.answer > MAX_BYTES) fail(failures.size())
    else answer.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    sizes.complaints += chunk.length
    if (sizes.complaints <= MAX_BYTES) complaints.push(chunk)
  })
  child.on('close', (status, killedBy) => {
    if (status === 0) resolve(Buffer.concat(answer).toString())
    else fail(failures.exit('exit code 0', status ?? killedBy, Buffer.concat(complaints).toString()))
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
