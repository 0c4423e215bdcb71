/** Several outputs as one node, so that one backward pass carries what is said of each. Stage: backward. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { asText } from '../graph/as-text.ts'
import { isNode, originOf, type Node, type Step } from '../graph/node.ts'
import { runStep } from '../graph/traced-node.ts'
import type { Propagator } from './propagator.ts'

/** What is said of single outputs of a batch, by id; outputs that are left out are fine. */
export type BatchFeedback = Readonly<Record<string, string>> | readonly (string | undefined)[]

/** What is said of one output of a batch. */
export interface ItemFeedback {
  readonly id: string
  readonly feedback: string
  /** Where it stood in what was given. */
  readonly position: number
  /** The output that feedback was given on. */
  readonly output?: Node<unknown>
}

const step: Step = { name: 'batch', description: 'several outputs, each with its id', pure: true }

/**
 * Joins outputs, of several cases for instance, into one node: a text with one entry per output, `ID [id]: …`. Of a list the ids
 * are the positions, of an object the keys.
 *
 * @throws {TraceEvalError} `BATCH_OUTPUT` when there is no output, an output is no node, or an id is more than one line.
 * @example
 * ```ts
 * const tone = parameter('tone', 'Be kind.')
 * const both = batch([t`${tone} Greet.`, t`${tone} Refuse.`])
 * both.value // 'ID [0]: Be kind. Greet.\nID [1]: Be kind. Refuse.'
 * backward(both, formatItems(['too long', 'too harsh'])).parameters[0].feedback.message // 'ID [0]: too long\nID [1]: too harsh'
 * ```
 */
export function batch(outputs: readonly Node<unknown>[] | Readonly<Record<string, Node<unknown>>>): Node<string> {
  const ids = Object.keys(outputs)
  const nodes = Object.values(outputs) as unknown[]
  const wrong = nodes.findIndex((output, index) => !isNode(output) || /[\n\r]/.test(ids[index]!))
  if (ids.length === 0 || wrong >= 0) {
    throw new TraceEvalError('BATCH_OUTPUT', `expected nodes with ids of one line, received ${ids.length === 0 ? 'none' : `${describeValue(nodes[wrong])} with the id ${describeValue(ids[wrong])}`}`,
      { hint: 'Pass what bundles, derive or operators returned, not their values.' })
  }
  const made = runStep(step, ids, nodes, (...values: unknown[]) => values.map((value, index) => entry(ids[index]!, String(asText(value)))).join('\n')) as Node<string>
  batches.add(made)
  return made
}

// Known by themselves: inside of a name scope the step is another object.
const batches = new WeakSet<Node<unknown>>()

const entry = (id: string, text: string): string => `ID [${id}]: ${text}`

/** Feedback on outputs of a batch as one text, an entry for each: `ID [0]: too long`. */
export function formatItems(feedback: BatchFeedback | readonly ItemFeedback[]): string {
  return itemsOf(feedback).map(({ id, feedback: text }) => entry(id, text)).join('\n')
}

/**
 * Feedback on outputs of a batch, each to its own output: a parameter hears only of those that it had a part in, each
 * once, in the order in which it was given.
 *
 * @throws {TraceEvalError} (from `backward`) `BATCH_ID` when the batch has no output of an id.
 * @example
 * ```ts
 * const [greet, refuse] = [parameter('greet', 'Be kind.'), parameter('refuse', 'Be firm.')]
 * const both = batch({ hello: op.concat(greet, ' Hello.'), no: op.concat(refuse, ' No.') })
 * const { parameters } = backward(both, { hello: 'too long', no: 'too harsh' }, { propagator: itemPropagator })
 * parameters.map(({ feedback }) => formatItems(feedback)) // ['ID [hello]: too long', 'ID [no]: too harsh']
 * ```
 */
export const itemPropagator: Propagator<readonly ItemFeedback[], BatchFeedback> = {
  begin(given, output) {
    const items = itemsOf(given)
    const ids = idsOf(output)
    const unknown = ids && items.find(({ id }) => !ids.includes(id))
    if (unknown === undefined) return items.map((item) => ({ ...item, output }))
    throw new TraceEvalError('BATCH_ID', `expected an id of the batch (${ids!.map((id) => describeValue(id)).join(', ')}), received ${describeValue(unknown.id)}`)
  },
  join: (parts) => (parts.length === 1 ? parts[0]! : inOrder(parts.flat())),
  through({ node, feedback, wanted }) {
    const ids = idsOf(node)
    if (ids === undefined) return Object.fromEntries(wanted.map((name) => [name, feedback]))
    return Object.fromEntries(ids.map((id) => [id, feedback.filter((item) => item.id === id || item.output !== node)]))
  },
}

function idsOf(node: Node<unknown>): readonly string[] | undefined {
  const origin = originOf(node)
  return origin.kind === 'message' && batches.has(node) ? origin.names : undefined
}

function itemsOf(feedback: BatchFeedback | readonly ItemFeedback[]): readonly ItemFeedback[] {
  return Object.entries(feedback as Readonly<Record<string, string | ItemFeedback | undefined>>)
    .flatMap(([id, said], position) => (said === undefined ? [] : typeof said === 'string' ? [{ id, feedback: said, position }] : [said]))
}

// Where ways meet, the use that was made last stands first; whoever reads the feedback expects it as it was given.
function inOrder(items: readonly ItemFeedback[]): readonly ItemFeedback[] {
  const distinct = new Map(items.map((item) => [JSON.stringify([item.id, item.feedback]), item]))
  return [...distinct.values()].sort((a, b) => a.position - b.position)
}
