/** Notices steps that change their inputs in place, so that the graph would show what they were afterwards. Stage: vitest. */
import { isDeepStrictEqual } from 'node:util'
import { userLocation, type SourceLocation } from '../core/stack.ts'
import type { GivenInputs } from '../graph/context.ts'
import { isNode, originOf, type Step } from '../graph/origin.ts'
import { copyValue } from '../graph/unwrap.ts'

/** A step is watched so often in all runs of a workflow: one that changes its inputs does it soon. */
const MAX_CALLS = 20
/** Inputs of more parts than this are not watched. */
const MAX_PARTS = 2000

/** An input that a step changed. */
export interface ChangedInput { readonly step: string; readonly input: string; readonly isParameter: boolean; readonly location?: SourceLocation }

/** Watches the steps of a workflow. Copies and comparisons take time, so the steps of a name are watched in their first calls only. */
export class InputWatch {
  readonly #calls = new Map<string, number>()
  readonly #told = new Set<string>()
  readonly #changed: (input: ChangedInput) => void

  constructor(changed: (input: ChangedInput) => void) { this.#changed = changed }

  watch(step: Step, { names, inputs, args }: GivenInputs): (() => void) | undefined {
    if (!args.some(isPlainData)) return undefined
    // By name: a workflow may make its bundles anew in every run, and to ask each for its place would take longer than to run it.
    const key = step.declaredAt === undefined ? `${step.name} ${step.description}` : step.name
    const calls = this.#calls.get(key) ?? 0
    if (calls >= MAX_CALLS) return undefined
    this.#calls.set(key, calls + 1)
    const given = args.map((value) => (isPlainData(value) && partsOf(value, MAX_PARTS) > 0 ? { value, before: copyValue(value) } : undefined))
    return () => {
      const at = given.findIndex((one) => one !== undefined && !isDeepStrictEqual(one.value, one.before))
      if (at < 0) return
      this.#calls.set(key, MAX_CALLS)
      const location = userLocation(step.declaredAt?.stack) ?? userLocation(new Error('changed').stack)
      const input = inputs[at]
      const changed = { step: step.name, input: isNode(input) ? input.name : names[at]!, isParameter: isNode(input) && originOf(input).kind === 'parameter', ...(location && { location }) }
      if (this.#told.has(JSON.stringify(changed))) return
      this.#told.add(JSON.stringify(changed))
      this.#changed(changed)
    }
  }
}

const isPlainData = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || [Object.prototype, Map.prototype, Set.prototype, null].includes(prototype as null)
}

/** How much of `room` is left when every part of `value` is counted; 0 where it does not suffice. */
function partsOf(value: unknown, room: number): number {
  if (!isPlainData(value) || room <= 0) return room - 1
  const parts = value instanceof Map ? [...value].flat() : value instanceof Set || Array.isArray(value) ? value : Object.values(value)
  let left = room - 1
  for (const part of parts) if ((left = partsOf(part, left)) <= 0) return 0
  return left
}
