/** The way to a cell: within this thread, or in one of its own. Stage: code. */
import { Cell, type CellAnswer, type CellOptions, type CellRequest, type CellStep } from './cell.ts'

/** Carries a call to a cell, one call at a time. */
export interface Transport {
  send(message: CellRequest | CellAnswer): Promise<CellStep>
  sendSync(message: CellRequest | CellAnswer): CellStep
  /** Whether another call can use it. */
  readonly isLost: boolean
  close(): void
}

/** A cell of this thread. */
export class LocalTransport implements Transport {
  #cell: Cell
  constructor(options: CellOptions) {
    this.#cell = new Cell(options)
  }

  get isLost(): boolean {
    return this.#cell.isLost
  }

  async send(message: CellRequest | CellAnswer): Promise<CellStep> {
    return this.sendSync(message)
  }

  sendSync(message: CellRequest | CellAnswer): CellStep {
    return 'code' in message ? this.#cell.begin(message) : this.#cell.resume(message)
  }

  close(): void {
    // The engine is memory and nothing else: the collector takes it.
  }
}
