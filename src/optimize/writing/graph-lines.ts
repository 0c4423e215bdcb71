/** A trace graph as lines a model can read, however large it is: what is near the outcome and the suspects in full, the rest counted. Stage: optimize. */
import { isNode, originOf, peek, settled, type Node } from '../../graph/node.ts'
import { topologicalOrder, type NodeOrder } from '../../graph/order.ts'
import { shorten } from '../../core/describe-value.ts'
import { escapeControls } from '../../core/text.ts'
import { cutText, valueText } from './bounded-text.ts'

/** How much of a graph is written. */
export interface GraphLinesOptions {
  /** Characters of all lines. @defaultValue 8,000 */
  readonly limit?: number
  /** Characters of one value. @defaultValue 600 */
  readonly valueLimit?: number
  /** Lines at most, those that count what is left out aside. @defaultValue 24 */
  readonly maxLines?: number
  /** Parameters whose users are shown first. @defaultValue all */
  readonly near?: ReadonlySet<string>
  /** Whether only outcomes and the users of `near` are shown. @defaultValue false */
  readonly onlyNear?: boolean
}

/** A node as a step of a program: names that tell nodes apart, and their values. */
export interface GraphLine {
  readonly name: string
  /** Name of the step that made it; of a given value none. */
  readonly step?: string
  readonly description?: string | undefined
  /** `name: value or node` for every input. */
  readonly inputs: readonly string[]
  readonly value: string
  readonly failed: boolean
  /** It is one of the outcomes. */
  readonly isOutput: boolean
}

/** Steps that are left out between two lines, by name. */
export interface Gap { readonly left: ReadonlyMap<string, number> }

/**
 * The nodes behind `outputs` in the order they were made, parameters aside, and gaps where there is no room: outcomes come first, then steps that use
 * a suspected parameter, then what is nearest to the outcome. A node that is left out is still named where another one uses it.
 */
export function graphLines(outputs: readonly Node<unknown>[], { limit = 8000, valueLimit = 600, maxLines = 24, near, onlyNear = false }: GraphLinesOptions = {}): (GraphLine | Gap)[] {
  const order = topologicalOrder(outputs)
  const ends = new Set(outputs.map((output) => settled(output)))
  const lines = new Map<number, GraphLine>()
  let [used, misfits] = [0, 0]
  for (const index of byImportance(order, ends, { near, onlyNear })) {
    if (lines.size >= maxLines || used >= limit || misfits > MAX_MISFITS) break
    const line = lineOf(order, index, { valueLimit: Math.min(valueLimit, limit - used), isOutput: ends.has(order.nodes[index]!) })
    const cost = lineText(line).length + 1
    if (lines.size > 0 && used + cost > limit) {
      misfits++
      continue
    }
    used += cost
    lines.set(index, line)
  }
  return inOrder(order, lines)
}

/** After so many lines that were too long for what is left, nobody looks for a short one. */
const MAX_MISFITS = 3

/** `pick_3 = pick(reply: classify_1, least: minConfidence) → human`, or what a gap leaves out. */
export function lineText(line: GraphLine | Gap): string {
  if ('left' in line) return gapText(line)
  const { name, step, description, inputs, value, failed } = line
  const made = step === undefined ? '' : ` = ${step}(${inputs.join(', ')})${description === undefined ? '' : ` [${shorten(description, 120)}]`}`
  return escapeControls(`${name}${made} → ${failed ? 'failed: ' : ''}${value}`)
}

/** `… 312 steps left out: classify × 200, pick × 112`. */
export function gapText({ left }: Gap): string {
  const counts = [...left].toSorted((a, b) => b[1] - a[1])
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  const shown = counts.slice(0, 6).map(([name, count]) => (count === 1 ? name : `${name} × ${count}`))
  return escapeControls(`… ${total} ${total === 1 ? 'step' : 'steps'} left out: ${shown.join(', ')}${counts.length > 6 ? ', …' : ''}`)
}

function nameAt({ nodes }: NodeOrder, index: number): string {
  const node = nodes[index]!
  return originOf(node).kind === 'parameter' ? node.name : `${node.name}_${index + 1}`
}

const MAX_INPUTS = 40

function lineOf(order: NodeOrder, index: number, { valueLimit, isOutput }: { readonly valueLimit: number; readonly isOutput: boolean }): GraphLine {
  const node = order.nodes[index]!
  const name = nameAt(order, index)
  const origin = originOf(node)
  const failed = origin.kind === 'exception'
  const value = failed ? cutText(String(peek(node)), valueLimit) : valueText(peek(node), valueLimit)
  if (!('inputs' in origin)) return { name, inputs: [], value, failed, isOutput }
  // The sources of a node are its inputs that are nodes, in order.
  let source = order.sourceStart[index]!
  const inputs = origin.inputs.slice(0, MAX_INPUTS).map((input, at) => `${origin.names[at]}: ${isNode(input) ? nameAt(order, order.sources[source++]!) : valueText(input, 80)}`)
  if (origin.inputs.length > MAX_INPUTS) inputs.push(`… ${origin.inputs.length - MAX_INPUTS} more`)
  return { name, step: origin.step.name, description: origin.step.description, inputs, value, failed, isOutput }
}

/** Positions, parameters left out: outcomes, users of suspects, then by the number of steps to the outcome, the later ones first. */
function byImportance(order: NodeOrder, ends: ReadonlySet<Node<unknown>>, { near, onlyNear }: { readonly near: ReadonlySet<string> | undefined; readonly onlyNear: boolean }): number[] {
  const { nodes, sourceStart, sources } = order
  const distance = new Float64Array(nodes.length).fill(Number.POSITIVE_INFINITY)
  const users = near === undefined ? new Uint8Array(nodes.length) : usersOf(order, near)
  // What a user was given.
  const given = new Uint8Array(nodes.length)
  for (let index = nodes.length - 1; index >= 0; index--) {
    if (ends.has(nodes[index]!)) distance[index] = 0
    for (let at = sourceStart[index]!; at < sourceStart[index + 1]!; at++) {
      const source = sources[at]!
      distance[source] = Math.min(distance[source]!, distance[index]! + 1)
      if (users[index] === 1) given[source] = 1
    }
  }
  const ranks = Float64Array.from(nodes, (_, index) => (distance[index] === 0 ? 0 : users[index] === 1 ? 1 : 1 + distance[index]!))
  const isWanted = (index: number): boolean => originOf(nodes[index]!).kind !== 'parameter' && (!onlyNear || ranks[index]! <= 1 || given[index] === 1)
  return nodes.keys().filter(isWanted).toArray().toSorted((a, b) => ranks[a]! - ranks[b]! || b - a)
}

/** Steps that use one of these parameters, directly or through steps that only move values, such as a template. */
function usersOf({ nodes, sourceStart, sources }: NodeOrder, near: ReadonlySet<string>): Uint8Array {
  const users = new Uint8Array(nodes.length)
  const movers = new Uint8Array(nodes.length)
  for (let index = 0; index < nodes.length; index++) {
    const origin = originOf(nodes[index]!)
    for (let at = sourceStart[index]!; at < sourceStart[index + 1]! && users[index] === 0; at++) {
      const source = sources[at]!
      if (movers[source] === 1 || (originOf(nodes[source]!).kind === 'parameter' && near.has(nodes[source]!.name))) users[index] = 1
    }
    // Only the first step of a chain of operators moves a value; else every operator after it would use the parameter.
    if (users[index] === 1 && 'inputs' in origin && origin.step.pure === true && !sources.slice(sourceStart[index], sourceStart[index + 1]).some((source) => movers[source] === 1)) movers[index] = 1
  }
  return users
}

function inOrder({ nodes }: NodeOrder, lines: ReadonlyMap<number, GraphLine>): (GraphLine | Gap)[] {
  const result: (GraphLine | Gap)[] = []
  let gap: Map<string, number> | undefined
  for (const [index, node] of nodes.entries()) {
    const line = lines.get(index)
    if (line !== undefined) {
      result.push(line)
      gap = undefined
      continue
    }
    const origin = originOf(node)
    if (origin.kind === 'parameter') continue
    if (gap === undefined) result.push({ left: gap = new Map() })
    const name = 'inputs' in origin ? origin.step.name : 'given values'
    gap.set(name, (gap.get(name) ?? 0) + 1)
  }
  return result
}
