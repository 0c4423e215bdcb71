/** What all nodes have in common, also nodes of another copy of the library: where they come from. Stage: graph. */
import type { SourceLocation } from '../core/stack.ts'
import { nodeBrand, type Node, type NodeLike } from './types.ts'

/** What a step is: shared by all nodes that one bundle or operator makes. */
export interface Step {
  /** Name of the operation: `classify`, `add`. */
  readonly name: string
  /** Name of the nodes it makes, where that is another one. */
  readonly output?: string | undefined
  /** What it does, for whoever reads the graph. */
  readonly description?: string | undefined
  /** Made where it is declared. Its stack is written out when somebody asks: with source maps that takes longer than the step. */
  readonly declaredAt?: Error | undefined
  /** Where it is declared; stands before `declaredAt`. */
  readonly location?: SourceLocation | undefined
  /** It computes from its arguments alone, so that nobody needs to watch what it reads. */
  readonly pure?: boolean | undefined
  /** What is known of one call, beside its inputs and result: a step that has it is made for that call alone. */
  readonly meta?: Readonly<Record<string, unknown>> | undefined
  /** It is no step, but what is known of a given value. @internal */
  readonly given?: boolean | undefined
}

/** How a node came to be. `inputs[i]` is a node or a plain value; `names[i]` is its role, unique among them. */
export type Origin =
  | { readonly kind: 'value'; readonly description?: string | undefined }
  | { readonly kind: 'parameter'; readonly parameter: NodeLike<unknown> }
  | { readonly kind: 'message'; readonly step: Step; readonly names: readonly string[]; readonly inputs: readonly unknown[] }
  | { readonly kind: 'exception'; readonly step: Step; readonly names: readonly string[]; readonly inputs: readonly unknown[]; readonly error: unknown }

/** The own property that deep equality sees. @internal */
export const valueKey: unique symbol = Symbol.for('trace-eval.value') as never
/** @internal */
export const originKey: unique symbol = Symbol.for('trace-eval.origin') as never
/** What went into a node, as it stands: nothing for values and parameters. @internal */
export const inputsKey: unique symbol = Symbol.for('trace-eval.inputs') as never
/** Implemented by parameters: which node stands for them now. @internal */
export const viewKey: unique symbol = Symbol.for('trace-eval.view') as never
/** A number that a walk leaves on each node it visits; it means nothing after the walk. @internal */
export const markKey: unique symbol = Symbol.for('trace-eval.mark') as never

/** Whether `value` is a node of this library, also of another copy of it. */
export function isNode(value: unknown): value is Node<unknown> {
  return typeof value === 'object' && value !== null && nodeBrand in value
}

/** How `node` came to be: a plain value, a parameter, the result of a step, or a failed step. */
export function originOf(node: NodeLike<unknown>): Origin {
  return (settled(node) as unknown as { [originKey]: Origin })[originKey]
}

/** The value of `node`, read without making it an input of the running step. */
export function peek<T>(node: NodeLike<T>): T { return node[nodeBrand] }

/** The immutable node that stands for `node` now: itself, or of a parameter the view of its current value. */
export function settled(node: NodeLike<unknown>): Node<unknown> {
  return (node as unknown as { [viewKey]?: Node<unknown> })[viewKey] ?? (node as Node<unknown>)
}
