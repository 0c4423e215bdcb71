/** Steps whose errors come back as nodes. Stage: graph. */
import { currentContext, runInContext, type RunRecorder } from './context.ts'
import { exceptionNodeOf } from './failures.ts'
import { originOf, type Step } from './origin.ts'
import { ExceptionNode } from './traced-node.ts'
import type { Node, NodeLike } from './types.ts'

declare const failed: unique symbol
/** The node of a failed step; its value is `"(TypeError) message"`. */
export interface FailedNode extends Node<string> { readonly [failed]: true }

/** What a bundle with `catchErrors` gives: its node, or that of its failure. */
export type Caught<O> = O extends Promise<infer Inner> ? Promise<Inner | FailedNode> : O | FailedNode

/**
 * Whether a node is that of a failed step.
 *
 * @example
 * ```ts
 * import { bundle, isFailed } from 'trace-eval/bundles'
 *
 * const parse = bundle((text: string) => JSON.parse(text) as number, { name: 'parse', catchErrors: true })
 * isFailed(parse('{'))  // true
 * isFailed(parse('12')) // false
 * ```
 */
export function isFailed(of: NodeLike<unknown>): of is FailedNode { return originOf(of).kind === 'exception' }

type Func = (this: unknown, ...args: unknown[]) => unknown

/** `call`, which answers the exception node of `step` instead of throwing. @internal */
export function catching(step: Step, call: Func): Func {
  return function (...args) {
    const context = currentContext()
    // A thrown text has no identity: its node is told to the recorder alone.
    let last: Node<string> | undefined
    const run: RunRecorder = {
      leaked: (...leak) => context.run?.leaked(...leak), watch: (...given) => context.run?.watch?.(...given),
      failedWith: (_, node) => { last = node as Node<string> },
    }
    const nodeOf = (error: unknown): Node<string> => (context.recording ? exceptionNodeOf(error) ?? last : undefined) ?? new ExceptionNode(error, step, [], [])
    try {
      const made = runInContext({ ...context, run }, () => call.apply(this, args))
      return made instanceof Promise ? made.catch(nodeOf) : made
    } catch (error) {
      return nodeOf(error)
    }
  }
}
