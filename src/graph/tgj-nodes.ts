/** Nodes made from the records of a TGJ document. Stage: graph. */
import type { SourceLocation } from '../core/stack.ts'
import type { Domain } from './domain.ts'
import { isNode, type Step } from './origin.ts'
import { restoredParameter, viewOf, type Parameter } from './parameter.ts'
import { bad, fieldsOf, type ListedRecord } from './tgj-records.ts'
import { decodeValue, errorOf } from './tgj-value.ts'
import { ExceptionNode, TracedNode } from './traced-node.ts'
import type { Node } from './types.ts'

/** An input as a record has it. */
export interface InputRef { readonly name: string; readonly ref: unknown; readonly at: string }
/** An input with what it refers to: a node or a plain value. */
export interface ResolvedInput { readonly name: string; readonly value: unknown }

/** The inputs of a record in order: from `inputs`, or else from `info.inputs`. */
export function inputRefs({ kind, fields, at }: ListedRecord): InputRef[] {
  if (kind === 'parameter' || kind === 'value') return []
  if (fields['inputs'] === undefined) return infoRefs(fields['info'], at)
  const inputs = fieldsOf(fields['inputs'], `${at}.inputs`)
  const pairs = extensionOf(fields)['inputs']
  const named = Array.isArray(pairs) ? pairs as unknown[] : Object.keys(inputs).map((role) => [role, role])
  return named.map((pair, index) => {
    const [name, role] = Array.isArray(pair) ? pair as unknown[] : []
    if (typeof name !== 'string' || typeof role !== 'string' || !Object.hasOwn(inputs, role)) throw bad('[name, role] of an input', pair, `${at}.traceEval.inputs[${index}]`)
    return { name, ref: inputs[role], at: `${at}.inputs.${role}` }
  })
}

function infoRefs(info: unknown, at: string): InputRef[] {
  const given = (info as { inputs?: { args?: unknown; kwargs?: unknown } } | undefined)?.inputs
  const args = Array.isArray(given?.args) ? given.args as unknown[] : []
  const kwargs = typeof given?.kwargs === 'object' && given.kwargs !== null ? Object.entries(given.kwargs) : []
  return [
    ...args.map((ref, index) => ({ name: `in_${index}`, ref, at: `${at}.info.inputs.args[${index}]` })),
    ...kwargs.map(([name, ref]) => ({ name, ref: ref as unknown, at: `${at}.info.inputs.kwargs.${name}` })),
  ]
}

/** A node as it is, a plain value as a node of this name. */
export function nodeOf(value: unknown, name: string): Node<unknown> { return isNode(value) ? value : new TracedNode(value, name) }

function valueNode(value: unknown, name: string, description: string | undefined): Node<unknown> {
  return new TracedNode(value, description === undefined ? name : { name, description, given: true })
}

/** Makes nodes, so that equal steps and parameters are one object. */
export class NodeFactory {
  readonly #steps = new Map<string, Step>()
  readonly #parameters: Map<string, Parameter<unknown>>

  /** @param known - Parameters that exist already, by the key that records have for them. */
  constructor(known: ReadonlyMap<string, Parameter<unknown>> = new Map()) { this.#parameters = new Map(known) }

  make(record: ListedRecord, inputs: readonly ResolvedInput[]): Node<unknown> {
    const { fields, kind } = record
    const own = extensionOf(fields)['name']
    const name = typeof own === 'string' ? own : record.name
    if (kind === 'value' || (kind === 'parameter' && fields['trainable'] === false)) return valueNode(decodeValue(fields['value']), name, unlabelled(fields['description'], 'Node'))
    if (kind === 'parameter') return this.#parameter(record, name)
    const step = this.#step(record, name)
    const [names, values] = [inputs.map((input) => input.name), inputs.map((input) => input.value)]
    if (kind === 'exception') return new ExceptionNode(errorFrom(record), step, names, values)
    const output = fields['output']
    return new TracedNode(typeof output === 'object' && output !== null ? decodeValue((output as { value?: unknown }).value) : undefined, step, names, values)
  }

  #step({ kind, fields, name: label }: ListedRecord, name: string): Step {
    const op = typeof fields['op'] === 'string' ? fields['op'] : label
    const description = unlabelled(fields['description'], kind === 'exception' ? 'Exception' : op)
    const location = locationIn(fields['meta'])
    // A step of ours may be called otherwise than its node; an operation in a document is a word that may have lost its colons.
    const operation = op === label ? name : op
    const meta = metaIn(fields['meta'])
    if (meta !== undefined) return { name: operation, ...(operation !== name && { output: name }), description, location, meta }
    const key = JSON.stringify([operation, name, description, location])
    let step = this.#steps.get(key)
    if (step === undefined) this.#steps.set(key, (step = { name: operation, ...(operation !== name && { output: name }), description, location }))
    return step
  }

  #parameter({ id, fields, at }: ListedRecord, name: string): Node<unknown> {
    const { parameter: key = id, domain } = extensionOf(fields)
    const value = decodeValue(fields['value'])
    let known = this.#parameters.get(String(key))
    if (known === undefined) {
      const details = { description: unlabelled(fields['description'], 'Parameter'), location: locationIn(fields['meta']) }
      known = restoredParameter(name, domain === undefined ? domainFor(value) : domainFrom(domain, `${at}.traceEval.domain`), details, value)
      this.#parameters.set(String(key), known)
    }
    return viewOf(known, value)
  }
}

function extensionOf(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const extension = fields['traceEval']
  return typeof extension === 'object' && extension !== null ? extension as Record<string, unknown> : {}
}

function unlabelled(description: unknown, label: string): string | undefined {
  if (typeof description !== 'string') return undefined
  const rest = description.startsWith(`[${label}]`) ? description.slice(label.length + 2) : description.replace(/^\[[^\]]*\]/, '')
  return rest === '' ? undefined : rest.startsWith(' ') ? rest.slice(1) : rest
}

/** What is known of one call. */
function metaIn(meta: unknown): Record<string, unknown> | undefined {
  if (typeof meta !== 'object' || meta === null) return undefined
  const known = Object.entries(meta).filter(([key]) => key !== 'location')
  return known.length === 0 ? undefined : Object.fromEntries(known.map(([key, value]) => [key, decodeValue(value)]))
}

function locationIn(meta: unknown): SourceLocation | undefined {
  const { file, line, column } = ((meta as { location?: unknown } | undefined)?.location ?? {}) as Record<string, unknown>
  return typeof file === 'string' && typeof line === 'number' && typeof column === 'number' ? { file, line, column } : undefined
}

function errorFrom({ fields, at }: ListedRecord): unknown {
  const extension = extensionOf(fields)
  if ('thrown' in extension) return decodeValue(extension['thrown'])
  const { type, message } = fieldsOf(fields['error'], `${at}.error`)
  return errorOf(typeof type === 'string' ? type : 'Error', typeof message === 'string' ? message : '')
}

function domainFor(value: unknown): Domain {
  switch (typeof value) {
    case 'string': return { kind: 'text' }
    case 'number': return { kind: 'number', integer: false, log: false }
    case 'boolean': return { kind: 'boolean' }
    default: return { kind: 'value' }
  }
}

const domainFields: Readonly<Record<Domain['kind'], Readonly<Record<string, (value: unknown) => boolean>>>> = {
  text: {}, boolean: {}, value: {}, choice: { choices: Array.isArray }, examples: { pool: Array.isArray, max: Number.isInteger },
  code: { function: (value) => typeof value === 'string', signature: (value) => typeof value === 'string', maxLength: Number.isInteger },
  number: { integer: (value) => typeof value === 'boolean', log: (value) => typeof value === 'boolean' },
}

function domainFrom(json: unknown, at: string): Domain {
  const domain = Object.fromEntries(Object.entries(fieldsOf(json, at)).map(([key, value]) => [key, decodeValue(value)]))
  const kind = domain['kind']
  if (typeof kind !== 'string' || !Object.hasOwn(domainFields, kind)) throw bad(`one of ${Object.keys(domainFields).join(', ')}`, kind, `${at}.kind`)
  const wrong = Object.entries(domainFields[kind as Domain['kind']]).find(([key, fits]) => !fits(domain[key]))
  if (wrong !== undefined) throw bad(`${wrong[0]} of a ${kind} parameter`, domain[wrong[0]], `${at}.${wrong[0]}`)
  return domain as unknown as Domain
}
