/** A cell in a thread of its own, which is terminated when it does not answer in time. Stage: code. */
import { MessageChannel, Worker, receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import type { CellAnswer, CellOptions, CellRequest, CellStep } from './cell.ts'
import type { Transport } from './transport.ts'

/** What a thread says: that it is ready, or how far its call is. */
export type ThreadMessage = CellStep | { readonly kind: 'ready' }

/** What a thread is given. */
export interface ThreadData {
  readonly port: MessagePort
  /** Counts the messages, so that a blocked thread can wait for one. */
  readonly signal: Int32Array
  readonly options: CellOptions
}

const BOOT_MS = 30_000
// The engine in the thread stops most code itself, and says more about it: it gets the time to.
const GRACE_MS = 250
const file = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './code-worker.js', import.meta.url)
const disposed: CellStep = { kind: 'failed', failure: { code: 'CODE_DISPOSED' }, isLost: true }
const stopped: CellStep = { kind: 'failed', failure: { code: 'CODE_TIMEOUT' }, isLost: true }

export class ThreadTransport implements Transport {
  isLost = false
  #worker: Worker
  #port: MessagePort
  #signal = new Int32Array(new SharedArrayBuffer(4))
  #timeMs: number
  #isReady = false
  #answer: ((step: CellStep) => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: CellOptions) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#timeMs = options.timeMs
    const data: ThreadData = { port: port2, signal: this.#signal, options }
    // Nothing of this process is handed on: no environment, no arguments, no loaders.
    this.#worker = new Worker(file, { workerData: data, transferList: [port2], env: {}, argv: [], execArgv: [] })
    this.#worker.on('error', (error) => { this.#lose({ kind: 'failed', failure: { code: 'CODE_CRASH', message: error.message }, isLost: true }) })
    this.#worker.on('exit', () => { this.#lose({ kind: 'failed', failure: { code: 'CODE_CRASH', message: 'its thread ended' }, isLost: true }) })
    this.#worker.unref()
    port1.on('message', (message: ThreadMessage) => { this.#receive(message) })
    port1.unref()
  }

  send(message: CellRequest | CellAnswer): Promise<CellStep> {
    return new Promise((resolve) => {
      if (this.isLost) {
        resolve(disposed)
        return
      }
      this.#port.ref()
      this.#answer = resolve
      this.#startTimer()
      this.#port.postMessage(message)
    })
  }

  sendSync(message: CellRequest | CellAnswer): CellStep {
    this.#port.postMessage(message)
    let until = performance.now() + (this.#isReady ? this.#timeMs + GRACE_MS : BOOT_MS)
    for (;;) {
      const seen = Atomics.load(this.#signal, 0)
      const received = receiveMessageOnPort(this.#port) as { message: ThreadMessage } | undefined
      if (received === undefined) {
        if (Atomics.wait(this.#signal, 0, seen, Math.max(0, until - performance.now())) !== 'timed-out') continue
        this.close()
        return stopped
      }
      if (received.message.kind !== 'ready') return received.message
      this.#isReady = true
      until = performance.now() + this.#timeMs + GRACE_MS
    }
  }

  close(): void {
    this.#lose(disposed)
  }

  #startTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => { this.#lose(stopped) }, this.#isReady ? this.#timeMs + GRACE_MS : BOOT_MS)
  }

  #receive(message: ThreadMessage): void {
    if (message.kind === 'ready') {
      this.#isReady = true
      if (this.#answer !== undefined) this.#startTimer()
    } else {
      this.#settle(message)
    }
  }

  #lose(step: CellStep): void {
    if (this.isLost) return
    this.isLost = true
    this.#settle(step)
    this.#port.close()
    void this.#worker.terminate()
  }

  #settle(step: CellStep): void {
    clearTimeout(this.#timer)
    this.#port.unref()
    const answer = this.#answer
    this.#answer = undefined
    answer?.(step)
  }
}
