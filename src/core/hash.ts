/** Short stable hashes of values. Stage: core. */
import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

/** SHA-256 of `text`, as lower-case hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** SHA-256 of the canonical JSON of `value`: equal data, equal hash. */
export function hashValue(value: unknown): string {
  return sha256(canonicalJson(value))
}

/** A number in [0, 1) that depends on `text` alone. */
export function hashFraction(text: string): number {
  return Number.parseInt(sha256(text).slice(0, 13), 16) / 2 ** 52
}
