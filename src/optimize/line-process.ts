/** An external command that stays for a whole run: each question is a line to its standard input, each answer a line of its standard output. Stage: optimize. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { describeValue } from '../core/describe-value.ts'
import type { TraceEvalError } from '../core/errors.ts'
import { ExternalFailures, MAX_BYTES, TIMEOUT_MS, type ExternalCommand } from './external-failures.ts'

/** Milliseconds that a program has to end by itself once its input has ended. */
const END_MS = 2000
/** Bytes kept of the end of its standard error. */
const KEPT_COMPLAINTS = 2 ** 16
const HINT = 'Answer each line of standard input with one line, and flush it; a program that reads its input to the end is started with `command:`.'

/**
 * Starts the command when it is first asked. One that ended since is started again, and one that failed, took too long or answered otherwise is
 * ended and started again for the next question; it loses its memory, and every question tells the whole history.
 */
export class LineProcess {
  readonly #command: ExternalCommand
  readonly #endMs: number
  #running: RunningProgram | undefined

  constructor(command: ExternalCommand, endMs = END_MS) {
    this.#command = command
    this.#endMs = endMs
  }

  /**
   * One question at a time, of one line.
   *
   * @throws {TraceEvalError} `EXTERNAL_START`, `EXTERNAL_EXIT` (with the end of its standard error), `EXTERNAL_TIMEOUT`, `EXTERNAL_SIZE`, `EXTERNAL_STOPPED`,
   * `EXTERNAL_ANSWER` when it wrote more than one line for the question before.
   */
  async ask(question: string, signal: AbortSignal): Promise<string> {
    if (signal.aborted) throw new ExternalFailures(this.#command).stopped()
    const running = this.#running?.isOver === false ? this.#running : this.#start()
    try {
      return await running.ask(question, signal)
    } catch (error) {
      // It ended after an answer, as a program for one question does, and this one crossed with its end.
      if (!running.endedAfterAnswer) throw error
      return this.#start().ask(question, signal)
    }
  }

  #start(): RunningProgram { return (this.#running = new RunningProgram(this.#command)) }

  /** What it wrote is no answer: whatever it writes next belongs to no question. */
  drop(): void { this.#running?.kill() }

  /** Ends its input, which is its sign to end; after two seconds it is ended. Resolves when nothing runs any more. */
  async end(): Promise<void> {
    await this.#running?.end(this.#endMs)
    this.#running = undefined
  }
}

interface Waiting { readonly resolve: (line: string) => void; readonly reject: (error: TraceEvalError) => void }

class RunningProgram {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #failures: ExternalFailures
  readonly #timeoutMs: number
  readonly #closed = Promise.withResolvers<void>()
  readonly #onExit = (): void => { this.#child.kill('SIGKILL') }
  #waiting: Waiting | undefined
  #line: Buffer[] = []
  #size = 0
  #surplus: string | undefined
  #complaints = Buffer.alloc(0)
  #answered = false
  isOver = false
  /** By itself, without an error. */
  endedAfterAnswer = false

  constructor(command: ExternalCommand) {
    const { command: program, args = [], cwd, timeoutMs = TIMEOUT_MS } = command
    this.#failures = new ExternalFailures(command)
    this.#timeoutMs = timeoutMs
    const child = this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...(cwd !== undefined && { cwd }) })
    process.once('exit', this.#onExit)
    child.on('error', ({ message }) => this.#over(this.#failures.start(message)))
    child.on('close', (status, killedBy) => {
      this.endedAfterAnswer = status === 0 && this.#answered
      this.#over(this.#failures.exit('a program that stays until its input ends', status === null ? killedBy : `exit code ${status}`, this.#complaints.toString()))
    })
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk))
    child.stderr.on('data', (chunk: Buffer) => { this.#complaints = Buffer.concat([this.#complaints, chunk]).subarray(-KEPT_COMPLAINTS) })
    // What it does not read shows in that it does not answer.
    child.stdin.on('error', () => undefined)
    // A program that waits for a question keeps nobody's process alive; while an answer is awaited, its timer does.
    for (const handle of [child, child.stdin, child.stdout, child.stderr]) (handle as { unref?(): void }).unref?.()
  }

  async ask(question: string, signal: AbortSignal): Promise<string> {
    if (this.#surplus !== undefined) {
      this.kill()
      throw this.#failures.answer(`expected one line for each question, received another one: ${describeValue(this.#surplus, 120)}`, HINT)
    }
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const fail = (error: TraceEvalError): void => { this.#settle()?.reject(error); this.kill() }
    const onAbort = (): void => fail(this.#failures.stopped())
    const timer = setTimeout(() => fail(this.#failures.timeout(HINT)), this.#timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#waiting = { resolve, reject }
    this.#child.stdin.write(`${question}\n`)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }

  kill(): void {
    this.isOver = true
    this.#child.kill('SIGKILL')
  }

  async end(graceMs: number): Promise<void> {
    this.#child.stdin.end()
    const timer = setTimeout(() => this.kill(), graceMs)
    await this.#closed.promise
    clearTimeout(timer)
  }

  #read(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0;) {
      const at = rest.indexOf('\n')
      const part = at < 0 ? rest : rest.subarray(0, at)
      this.#size += part.length
      if (this.#size > MAX_BYTES) {
        this.#settle()?.reject(this.#failures.size())
        return this.kill()
      }
      this.#line.push(part)
      if (at < 0) return
      this.#deliver(Buffer.concat(this.#line).toString().trim())
      this.#line = []
      this.#size = 0
      rest = rest.subarray(at + 1)
    }
  }

  #deliver(line: string): void {
    if (line === '') return
    const waiting = this.#settle()
    if (waiting === undefined) this.#surplus ??= line
    else {
      this.#answered = true
      waiting.resolve(line)
    }
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting
    this.#waiting = undefined
    return waiting
  }

  #over(error: TraceEvalError): void {
    this.isOver = true
    process.off('exit', this.#onExit)
    this.#settle()?.reject(error)
    this.#closed.resolve()
  }
}
