/** The thread that proposed code runs in under `worker`: a cell, and a new one when that is lost. Stage: code. */
import { workerData } from 'node:worker_threads'
import { Cell, type CellAnswer, type CellRequest } from './cell.ts'
import type { ThreadData, ThreadMessage } from './thread.ts'

const { port, signal, options } = workerData as ThreadData

let cell = new Cell(options)
port.on('message', (message: CellRequest | CellAnswer) => {
  if ('code' in message && cell.isLost) cell = new Cell(options)
  say('code' in message ? cell.begin(message) : cell.resume(message))
})
say({ kind: 'ready' })

function say(message: ThreadMessage): void {
  port.postMessage(message)
  Atomics.add(signal, 0, 1)
  Atomics.notify(signal, 0)
}
