/** The documents of TGJ 1.0, the trace graph as a protocol, as we write them. Stage: graph. */
import type { SourceLocation } from '../core/stack.ts'

/** Plain JSON data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** What a whole document may say of itself. */
export interface TgjHeader {
  readonly run_id?: string
  readonly agent_id?: string
  readonly graph_id?: string
  readonly scope?: string
}

/** An execution as JSON. Records stand after those they refer to. */
export interface TgjDocument extends TgjHeader {
  readonly tgj: '1.0'
  readonly nodes: readonly TgjRecord[]
  /** The outputs: `result`, or `result_0`, `result_1`, …. */
  readonly exports: Readonly<Record<string, TgjRef>>
}

/** A node, a plain value, a node of another document, or a value that was left out. */
export type TgjRef =
  | string
  | { readonly ref: string }
  | { readonly literal: Json; readonly name?: string }
  | { readonly export: string }
  | { readonly hash: string; readonly preview?: string; readonly name?: string; readonly traceEval?: TgjShared }

/** One node. */
export type TgjRecord = TgjParameter | TgjValue | TgjMessage | TgjException
interface Common {
  readonly id: string
  /** Without colon, which other readers cut. */
  readonly name: string
  /** `[op] what it does`. */
  readonly description: string
  /** Where a step is declared, and what else is known of one call, such as `modelCall`: usage and time of a call to a model. */
  readonly meta?: { readonly location?: SourceLocation } & { readonly [key: string]: unknown }
}
/** A large value: its hash, and the id of the record that has it in full, as its value or as a literal of its input `role`. `cut`: it may be no longer in full there. */
export interface TgjShared { readonly hash: string; readonly at: string; readonly role?: string; readonly cut?: true }
/** The inside of a step: nodes that are not in the graph around it, what the result was made from, and which input each of its first nodes stood for. */
interface TgjInner { readonly nodes: readonly TgjRecord[]; readonly outputs: readonly TgjRef[]; readonly inputs: Readonly<Record<string, TgjRef>> }
export interface TgjParameter extends Common {
  readonly kind: 'parameter'
  readonly value: Json
  readonly trainable: true
  readonly traceEval: { readonly name?: string; readonly parameter: string; readonly domain: Json }
}
export interface TgjValue extends Common {
  readonly kind: 'value'
  readonly value: Json
  readonly traceEval?: { readonly name?: string; readonly value?: TgjShared }
}
interface WithInputs extends Common {
  /** By role, in order; `traceEval.inputs` tells the order and the own names where these keys cannot. */
  readonly inputs: Readonly<Record<string, TgjRef>>
  readonly traceEval?: { readonly name?: string; readonly inputs?: readonly (readonly [name: string, role: string])[]; readonly thrown?: Json; readonly value?: TgjShared; readonly inner?: TgjInner }
}
export interface TgjMessage extends WithInputs {
  readonly kind: 'message'
  readonly op: string
  readonly output: { readonly name: string; readonly value: Json }
}
export interface TgjException extends WithInputs {
  readonly kind: 'exception'
  readonly error: { readonly type: string; readonly message: string }
}
