/** Demonstrations out of passing runs, in the form of the examples that a parameter has already. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import { isNode, originOf, peek, settled, unwrap, type Node } from '../../graph/node.ts'
import { topologicalOrder } from '../../graph/order.ts'
import type { CaseRun } from '../../feedback/case-run.ts'
import type { ParameterSpec } from '../optimizer.ts'

type Fields = ReadonlyMap<string, string>

/**
 * One example for each passing run, as far as its trace tells one: a field that is named like an input of the step that takes the parameter,
 * or of a step before it, has that input's value; one named like a field of the step's result, that; the one field that is left, the result itself. Types must be those
 * of the pool's examples. None where examples are no plain objects, or where a field is told by nothing.
 *
 * This is the bootstrapping of DSPy (Khattab et al. 2023, "DSPy", section 4.1): what the program did when it was right is shown to it as the way to do it.
 */
export function tracedDemonstrations(runs: ReadonlyMap<string, readonly CaseRun[]>, spec: ParameterSpec): unknown[] {
  const fields = fieldsOf(spec)
  if (fields === undefined) return []
  const found = new Map<string, unknown>()
  for (const trials of runs.values()) {
    const run = trials.find(({ score, feedback }) => score !== undefined && score >= 1 && feedback.every(({ kind }) => kind === 'note'))
    const example = run === undefined ? undefined : demonstration(run, spec.name, fields)
    if (example !== undefined && fits(example, spec)) found.set(canonicalJson(example), example)
  }
  return [...found.values()]
}

/** Whether it may stand in the parameter's list, and does not stand in its pool. */
export function fits(example: unknown, { domain, check }: ParameterSpec): boolean {
  const key = canonicalJson(example)
  return 'value' in check([example]) && domain.kind === 'examples' && !domain.pool.some((one) => canonicalJson(one) === key)
}

/** Name and type of each field of the pool's examples, where all of them have the same. */
export function fieldsOf({ domain }: ParameterSpec): Fields | undefined {
  if (domain.kind !== 'examples') return undefined
  const [first, ...others] = domain.pool.map(typesOf)
  if (first === undefined || first.size === 0 || others.some((types) => types === undefined || canonicalJson([...types]) !== canonicalJson([...first]))) return undefined
  return first
}

/** Name and type of each field of a plain object, by name. */
export function typesOf(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map(Object.entries(value).map(([name, field]) => [name, typeOf(field)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value)

function demonstration({ trace: { outputs } }: CaseRun, parameter: string, fields: Fields): Record<string, unknown> | undefined {
  const { nodes } = topologicalOrder(outputs)
  const taker = takerOf(nodes, parameter)
  if (taker === undefined) return undefined
  const told = [...inputsOf(taker), ...nodes.slice(0, nodes.indexOf(taker)).flatMap((node) => inputsOf(node))]
  const results = [taker, ...outputs.map(settled)].map((node) => unwrap(peek(node)))
  const example: [string, unknown][] = []
  const left: string[] = []
  for (const [name, type] of fields) {
    const own = [...told, ...results.flatMap(entriesOf)].find(([key, value]) => key === name && typeOf(value) === type)
    if (own === undefined) left.push(name)
    else example.push([name, own[1]])
  }
  if (left.length > 1) return undefined
  const [open] = left
  const result = results.find((value) => open !== undefined && typeOf(value) === fields.get(open))
  if (open !== undefined && result === undefined) return undefined
  return Object.fromEntries(open === undefined ? example : [...example, [open, result]])
}

/** The first step of its own that takes the parameter, directly or through operators, templates and derived values. */
function takerOf(nodes: readonly Node<unknown>[], parameter: string): Node<unknown> | undefined {
  const carries = new Set<Node<unknown>>()
  for (const node of nodes) {
    const origin = originOf(node)
    if (origin.kind === 'parameter') { if (node.name === parameter) carries.add(node) } else if ('inputs' in origin && origin.inputs.some((input) => isNode(input) && carries.has(settled(input)))) {
      if (origin.step.pure !== true && origin.step.name !== 'derive') return node
      carries.add(node)
    }
  }
  return undefined
}

/** What a step took by name, fields of objects included; a given value by its own name. Values of parameters are no part of a case. */
function inputsOf(node: Node<unknown>): [string, unknown][] {
  const origin = originOf(node)
  if (origin.kind === 'value') return [[node.name, unwrap(peek(node))]]
  if (!('inputs' in origin)) return []
  return origin.inputs.flatMap((input, index) => {
    const source = isNode(input) ? settled(input) : undefined
    if (source !== undefined && originOf(source).kind === 'parameter') return []
    const value: unknown = unwrap(source === undefined ? input : peek(source))
    return [[origin.names[index]!, value] as [string, unknown], ...entriesOf(value)]
  })
}

const entriesOf = (value: unknown): [string, unknown][] => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [])
