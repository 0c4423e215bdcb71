/** An optimizer without a model that uses the trace: it walks the operators of a graph to see which way a number should go. */
import { originOf, type Node } from 'trace-eval'
import type { Evaluation, Optimizer, ParameterSpec } from 'trace-eval/optimizers'

/** How much the result changes with `name`, by the operators on the way: the derivative, from the output back. */
export function slope(output: Node<unknown>, name: string): number {
  const known = new Map<Node<unknown>, number>()
  const of = (input: unknown): number => {
    if (typeof input !== 'object' || input === null) return 0
    const node = input as Node<number>
    if (!known.has(node)) known.set(node, slopeOf(node))
    return known.get(node)!
  }
  const value = (input: unknown): number => (typeof input === 'number' ? input : (input as Node<number>).value)
  const slopeOf = (node: Node<number>): number => {
    const origin = originOf(node)
    if (origin.kind === 'parameter') return node.name === name ? 1 : 0
    if (origin.kind !== 'message') return 0
    const [a, b] = origin.inputs
    switch (origin.step.name) {
      case 'add': return of(a) + of(b)
      case 'subtract': return of(a) - of(b)
      case 'multiply': return of(a) * value(b) + value(a) * of(b)
      default: return 0
    }
  }
  return of(output)
}

const FIRST_STEP = 2

/**
 * Moves every number at once. Feedback says that a result should be larger or smaller, the graph which way the number then
 * goes: twice as far as the last step, or half the way to where it was worse. With `blind`, the graph is not looked at and
 * results are taken to grow with their numbers: what feedback alone can do.
 */
export function followGraph({ blind = false }: { readonly blind?: boolean } = {}): Optimizer {
  return {
    name: blind ? 'larger or smaller, without the graph' : 'larger or smaller, along the graph', kinds: ['number'],
    begin: ({ parameters }) => ({
      propose({ best, history, blame }) {
        const wrong = new Set(blame.map(({ parameter }) => parameter))
        const open = parameters.filter(({ name }) => wrong.has(name))
        // Numbers that did better in an evaluation that was not kept as a whole.
        const better = Object.fromEntries(open.flatMap(({ name }) => { const x = bestOf(history, name); return x === best.values[name] ? [] : [[name, x] as const] }))
        const moved = open.filter(({ name }) => !(name in better)).map((spec) => [spec.name, nextValue(spec, best, history, blind)] as const)
        const proposals = [{ changes: { ...better, ...Object.fromEntries(moved) } }, { changes: better }]
        return proposals.filter(({ changes }) => Object.keys(changes).length > 0)
      },
    }),
  }
}

/** Where the result of `name` was closest to its goal. */
function bestOf(history: readonly Evaluation[], name: string): unknown {
  return history.filter(({ runs }) => runs.has(name)).reduce((a, b) => (scoreOf(b, name) > scoreOf(a, name) ? b : a)).values[name]
}

function nextValue({ name, domain }: ParameterSpec, best: Evaluation, history: readonly Evaluation[], blind: boolean): number {
  const x = best.values[name] as number
  const way = wanted(best, name) * (blind ? 1 : Math.sign(slope(best.runs.get(name)![0]!.trace.outputs[0]!, name)) || 1)
  const distances = history.filter(({ runs }) => runs.has(name)).map(({ values }) => ((values[name] as number) - x) * way)
  const ahead = distances.filter((distance) => distance > 0)
  const behind = distances.filter((distance) => distance < 0)
  const step = ahead.length > 0 ? Math.min(...ahead) / 2 : behind.length > 0 ? -2 * Math.max(...behind) : FIRST_STEP
  const [low, high] = domain.kind === 'number' && domain.range ? domain.range : [-Infinity, Infinity]
  return Math.min(high, Math.max(low, x + way * step))
}

const scoreOf = ({ runs }: Evaluation, name: string): number => runs.get(name)?.[0]?.score ?? 0
const wanted = ({ runs }: Evaluation, name: string): number => {
  const text = runs.get(name)?.[0]?.feedback.map(({ message }) => message).join(' ') ?? ''
  return text.includes('larger') ? 1 : text.includes('smaller') ? -1 : 0
}
