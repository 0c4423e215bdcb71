/** Cells of which each serves one call at a time; lost ones are replaced. Stage: code. */
import { CodeError } from './code-error.ts'

interface Place {
  readonly isLost: boolean
  close(): void
}

export class Places<T extends Place> {
  #free: T[] = []
  #used = new Set<T>()
  #queue: (() => void)[] = []
  #isClosed = false
  #atOnce: number
  #make: () => T

  constructor(atOnce: number, make: () => T) {
    this.#atOnce = atOnce
    this.#make = make
  }

  /** A place, as soon as one is free. */
  async take(): Promise<T> {
    while (!this.#isClosed && this.#used.size >= this.#atOnce) await new Promise<void>((resolve) => { this.#queue.push(resolve) })
    try {
      return this.takeNow()
    } catch (error) {
      // Nobody gives back what was never taken: the next one in the queue has to be woken here.
      this.#queue.shift()?.()
      throw error
    }
  }

  /** A place, one more than usual when none is free. */
  takeNow(): T {
    this.checkOpen()
    let place = this.#free.pop()
    while (place?.isLost) place = this.#free.pop()
    place ??= this.#make()
    this.#used.add(place)
    return place
  }

  checkOpen(): void {
    if (this.#isClosed) throw new CodeError('CODE_DISPOSED', 'expected a code runner in use, received one that was disposed of')
  }

  give(place: T): void {
    this.#used.delete(place)
    if (place.isLost || this.#isClosed || this.#free.length >= this.#atOnce) place.close()
    else this.#free.push(place)
    this.#queue.shift()?.()
  }

  close(): void {
    this.#isClosed = true
    for (const place of [...this.#free, ...this.#used]) place.close()
    this.#free = []
    for (const next of this.#queue.splice(0)) next()
  }
}
