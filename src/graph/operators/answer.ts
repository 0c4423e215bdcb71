/** What a function of the user answers to an operator that calls it. Stage: graph. */
import { isNode } from '../origin.ts'
import type { NodeLike } from '../types.ts'

/** A value, or a node of it from a bundle or operator. @internal */
export type Answer<T> = T | NodeLike<T>

/** The plain value; a node is read, and so an input of the running step. Without this every node would count as true. @internal */
export function answerOf<T>(answer: Answer<T>): T { return isNode(answer) ? answer.value as T : answer as T }
