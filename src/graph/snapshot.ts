/** Steps that may change their arguments in place. Stage: graph. */
import { isNode, type Step } from './origin.ts'
import { runStep } from './traced-node.ts'
import type { Node } from './types.ts'
import { copyValue, unwrap } from './unwrap.ts'

/** A step that works on copies, and is recorded with copies. @internal */
export function snapshotCall(step: Step, roles: readonly string[], args: readonly unknown[], fn: (...args: unknown[]) => unknown, self: unknown): unknown {
  const held: Node<unknown>[] = []
  const inputs = args.map((given) => (isNode(given) ? given : copyValue(unwrap(given, (node) => held.push(node)))))
  return runStep(step, roles, inputs, (...plain: unknown[]) => {
    // What stands inside an argument is an input as well.
    for (const node of held) read(node)
    const result = fn.apply(self, plain.map(copyValue))
    return result instanceof Promise ? result.then(recorded) : recorded(result)
  }, self)
}

function recorded(result: unknown): unknown { return isNode(result) ? result : copyValue(unwrap(result, read)) }

function read(node: Node<unknown>): void { void node.value }
