/** The inputs of one step: each node once, under a role of its own, and the plain arguments for the call. Stage: graph. */
import { isNode, peek, settled } from './origin.ts'
import { nodeBrand, type Node, type NodeLike } from './types.ts'
import { unwrap } from './unwrap.ts'

/** Below this many inputs a look through the list is faster than a set. */
const MANY = 16

/** @internal */
export class StepInputs {
  names: readonly string[]
  readonly inputs: unknown[]
  readonly args: unknown[]
  #nodes: Set<unknown> | undefined
  #taken: Map<string, number> | undefined
  #owned = false

  /** `names` must be unique. Where `given` holds no node inside, they are shared by all nodes of a step. */
  constructor(names: readonly string[], given: readonly unknown[]) {
    this.names = names
    // A copy takes exactly the room it needs, and it is kept for as long as the graph.
    this.inputs = given.slice()
    this.args = given.slice()
    let nested = false
    for (let i = 0; i < given.length; i++) {
      const input = given[i]
      if (typeof input !== 'object' || input === null) continue
      if (nodeBrand in input) {
        const view = settled(input as unknown as NodeLike<unknown>)
        this.inputs[i] = view
        this.args[i] = peek(view)
      } else {
        nested = true
      }
    }
    if (nested) this.#openNested(given)
  }

  /** Adds a node that was found on the way. One that is an input already stays what it was. */
  add(name: string, node: Node<unknown>): void {
    if (this.#has(node)) return
    if (!this.#owned) {
      this.names = [...this.names]
      this.#owned = true
    }
    const names = this.names as string[]
    names.push(this.#free(name))
    this.inputs.push(node)
    this.#nodes?.add(node)
  }

  #openNested(given: readonly unknown[]): void {
    for (let i = 0; i < given.length; i++) {
      const input = given[i]
      if (typeof input !== 'object' || input === null || nodeBrand in input) continue
      const name = this.names[i]!
      this.inputs[i] = this.args[i] = unwrap(input, (node, path) => this.add([name, ...path].join('.'), node))
    }
  }

  #has(node: unknown): boolean {
    if (this.inputs.length < MANY) return this.inputs.includes(node)
    return (this.#nodes ??= new Set(this.inputs.filter(isNode))).has(node)
  }

  #free(name: string): string {
    if (this.#taken === undefined && this.names.length < MANY && !this.names.includes(name)) return name
    const taken = (this.#taken ??= new Map(this.names.map((known) => [known, 1])))
    return freeName(name, taken)
  }
}

// `taken` also counts how far a base name has been numbered, so that a thousand equal names stay cheap.
function freeName(name: string, taken: Map<string, number>): string {
  let number = taken.get(name)
  if (number === undefined) {
    taken.set(name, 1)
    return name
  }
  while (taken.has(`${name}_${number}`)) number++
  taken.set(name, number + 1)
  taken.set(`${name}_${number}`, 1)
  return `${name}_${number}`
}

/** Roles for inputs that have none: the name of a node, else the position; equal names are numbered. @internal */
export function rolesOf(inputs: readonly unknown[]): string[] {
  return uniqueNames(inputs.map((input, index) => (isNode(input) ? input.name : `input${index}`)))
}

/** Names of which equal ones are numbered: `x, x_1`. @internal */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Map<string, number>()
  return names.map((name) => freeName(name, taken))
}
