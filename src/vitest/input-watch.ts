/** Keeps what steps were given as it was: literals are recorded as copies, and a step that changes the value of a node is told. Stage: vitest. */
import { isDeepStrictEqual } from 'node:util'
import { userLocation, type SourceLocation } from '../core/stack.ts'
import type { GivenInputs } from '../graph/context.ts'
import { isNode, originOf, type Step } from '../graph/origin.ts'
import { copyValue } from '../graph/unwrap.ts'

/** Steps of a name are watched so often in all runs of a workflow: those that change their inputs do it soon. */
const MAX_CALLS = 20
/** Inputs of more parts than this are neither copied nor watched. */
const MAX_PARTS = 2000
/** Parts that are copied in one run: a loop over large lists shall not be slowed down. */
const MAX_COPIED = 200_000

/** How many more parts a run may copy. */
export interface CopyBudget { left: number }
export const copyBudget = (): CopyBudget => ({ left: MAX_COPIED })

/** A node whose value a step changed. */
export interface ChangedInput { readonly step: string; readonly input: string; readonly isParameter: boolean; readonly location?: SourceLocation }

/**
 * Watches the steps of a workflow. A list or object that is no node is recorded as a copy, since programs often go on with it: messages grow from call to
 * call. The value of a node is everybody's: it stays, and a step that changes it is told, with the first calls of its name compared before and after.
 */
export class InputWatch {
  readonly #calls = new Map<string, number>()
  readonly #told = new Set<string>()
  readonly #changed: (input: ChangedInput) => void

  constructor(changed: (input: ChangedInput) => void) { this.#changed = changed }

  watch(step: Step, { names, inputs, args }: GivenInputs, budget: CopyBudget): (() => void) | undefined {
    if (budget.left <= 0 || !args.some(isPlainData)) return undefined
    const isWatched = this.#mayWatch(step, inputs)
    const watched: { readonly at: number; readonly before: unknown }[] = []
    for (const [at, value] of args.entries()) {
      const isOfNode = isNode(inputs[at])
      if (!isPlainData(value) || (isOfNode && !isWatched)) continue
      const left = partsOf(value, MAX_PARTS)
      if (left <= 0) continue
      budget.left -= MAX_PARTS - left
      const copy = copyValue(value)
      if (isOfNode) watched.push({ at, before: copy })
      else inputs[at] = copy
    }
    return watched.length === 0 ? undefined : () => {
      const found = watched.find(({ at, before }) => !isDeepStrictEqual(args[at], before))
      if (found !== undefined) this.#tell(step, inputs[found.at], names[found.at]!)
    }
  }

  // By name: a workflow may make its bundles anew in every run, and to ask each for its place would take longer than to run it.
  #mayWatch(step: Step, inputs: readonly unknown[]): boolean {
    if (!inputs.some(isNode)) return false
    const key = keyOf(step)
    const calls = this.#calls.get(key) ?? 0
    if (calls < MAX_CALLS) this.#calls.set(key, calls + 1)
    return calls < MAX_CALLS
  }

  #tell(step: Step, input: unknown, role: string): void {
    this.#calls.set(keyOf(step), MAX_CALLS)
    const location = userLocation(step.declaredAt?.stack) ?? userLocation(new Error('changed').stack)
    const changed = { step: step.name, input: isNode(input) ? input.name : role, isParameter: isNode(input) && originOf(input).kind === 'parameter', ...(location && { location }) }
    const text = JSON.stringify(changed)
    if (this.#told.has(text)) return
    this.#told.add(text)
    this.#changed(changed)
  }
}

/** Calls of methods and `derive` make a step of their own each time. */
const keyOf = ({ name, description, declaredAt }: Step): string => (declaredAt === undefined ? `${name} ${description}` : name)

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
