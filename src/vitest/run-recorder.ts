/** What a traced run reaches: the nodes of its results and the places where a node left the graph. Stage: vitest. */
import { formatLocation, userLocation } from '../core/stack.ts'
import type { CaseTrace } from '../feedback/case-run.ts'
import type { Leak } from '../feedback/feedback.ts'
import type { GivenInputs, LeakKind, RunRecorder } from '../graph/context.ts'
import type { Step } from '../graph/origin.ts'
import type { Node } from '../graph/types.ts'
import { copyBudget, type InputWatch } from './input-watch.ts'

const MAX_LEAKED_NODES = 200
const MAX_STACKS_PER_RUN = 20

/** How many more stacks the runs of a workflow may look at: one is costly, and the first ones say it all. */
export interface StackBudget { left: number }
export const stackBudget = (): StackBudget => ({ left: 1000 })

/** Records one run of a case. */
export class CaseRecorder implements RunRecorder {
  readonly outputs: Node<unknown>[] = []
  readonly #budget: StackBudget
  readonly #failures: { value: unknown; node: Node<unknown> }[] = []
  readonly #leaks: { node: string; how: LeakKind; stack: string | undefined }[] = []
  #leaked = 0

  readonly #inputs: InputWatch | undefined
  readonly #copies = copyBudget()

  constructor(budget: StackBudget, inputs?: InputWatch) {
    this.#budget = budget
    this.#inputs = inputs
  }

  watch(step: Step, given: GivenInputs): (() => void) | undefined { return this.#inputs?.watch(step, given, this.#copies) }

  // What is read outside of any step can decide what comes after: the case depends on it.
  leaked(node: Node<unknown>, how: LeakKind | 'nothing'): void {
    if (this.#leaked++ < MAX_LEAKED_NODES) this.outputs.push(node)
    // `reply.$?.team` is right as it is: nothing goes on from there that could have been traced.
    if (how === 'nothing') return
    if (this.#budget.left <= 0 || this.#leaks.length >= MAX_STACKS_PER_RUN) return
    this.#budget.left--
    this.#leaks.push({ node: node.name, how, stack: new Error('leak').stack })
  }

  failedWith(value: unknown, node: Node<unknown>): void { this.#failures.push({ value, node }) }

  /** The failed step that threw `value`, where `value` is no object. */
  failureOf(value: unknown): Node<unknown> | undefined { return this.#failures.findLast((failure) => Object.is(failure.value, value))?.node }

  trace(): CaseTrace { return { outputs: this.outputs, leaks: this.#leaks.length === 0 ? none : this.#countedLeaks() } }

  #countedLeaks(): Leak[] {
    const counted = new Map<string, Leak>()
    for (const { node, how, stack } of this.#leaks) {
      const location = userLocation(stack)
      const key = `${how} ${node} ${location === undefined ? '' : formatLocation(location)}`
      counted.set(key, { node, how, ...(location && { location }), count: (counted.get(key)?.count ?? 0) + 1 })
    }
    return [...counted.values()]
  }
}

const none: readonly Leak[] = []
