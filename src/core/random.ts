/** Seeded randomness: the same seed, the same numbers, on every machine. Stage: core. */
import { sha256 } from './hash.ts'

/** A source of random numbers. Draws are consumed in order, so concurrent users `fork` their own. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** Uniform integer in [0, below). */
  integer(below: number): number
  /** Standard normal. */
  normal(): number
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T
  /** A new array with the items of `items` in random order. */
  shuffle<T>(items: readonly T[]): T[]
  /** An independent source named by `label`; it does not depend on how many draws were made here. */
  fork(label: string): Random
}

/** sfc32 by Chris Doty-Humphrey (PractRand), seeded by SHA-256 of the seed's text. */
export function seededRandom(seed: string | number): Random {
  const digest = sha256(`trace-eval:${seed}`)
  let [a, b, c, counter] = [0, 8, 16, 24].map((at) => Number.parseInt(digest.slice(at, at + 8), 16) | 0) as [number, number, number, number]
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum | 0
    return (sum >>> 0) / 2 ** 32
  }
  const integer = (below: number): number => Math.floor(next() * below)
  return {
    next,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    pick: (items) => items[integer(items.length)]!,
    shuffle: (items) => {
      const result = [...items]
      for (let i = result.length - 1; i > 0; i--) {
        const j = integer(i + 1)
        const held = result[i]!
        result[i] = result[j]!
        result[j] = held
      }
      return result
    },
    fork: (label) => seededRandom(`${seed}/${label}`),
  }
}
