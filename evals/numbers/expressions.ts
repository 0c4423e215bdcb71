/** Random expressions of one number each: which number gives the wanted result can be learned. */
import { op, parameter, type Node, type Parameter } from 'trace-eval'

type Operator = 'add' | 'subtract' | 'multiply'
interface Step { readonly operator: Operator; readonly left: number; readonly right: number | { readonly constant: number } }

/** An expression: step by step, each of earlier results; the first result is `x` itself. */
export interface Expression { readonly id: string; readonly x: Parameter<number>; readonly steps: readonly Step[]; readonly goal: number; readonly startResult: number }

const OPERATORS: readonly Operator[] = ['add', 'subtract', 'multiply']
const STEPS = 6

/** The same expressions for the same seed. Each has a goal that some number from -10 to 10 reaches, and does not start there. */
export function expressions(count: number, seed: number): readonly Expression[] {
  let state = seed >>> 0
  const random = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32
  const between = (low: number, high: number): number => low + random() * (high - low)
  const made: Expression[] = []
  while (made.length < count) {
    const steps = Array.from({ length: STEPS }, (_, index): Step => ({
      operator: OPERATORS[Math.floor(random() * 3)]!,
      left: index, right: random() < 0.6 ? { constant: Number(between(-2, 2).toFixed(2)) } : Math.floor(random() * (index + 1)),
    }))
    const start = Number(between(-10, 10).toFixed(2))
    const [goal, startResult] = [plain(steps, between(-10, 10)), plain(steps, start)]
    const id = `x${made.length + 1}`
    if (Math.abs(goal - startResult) > 1) made.push({ id, x: parameter(id, start, { range: [-10, 10], description: `the number of expression ${id}` }), steps, goal, startResult })
  }
  return made
}

/** The result of an expression, one node for every operator. */
export function compute({ x, steps }: Expression): Node<number> {
  const results: Node<number>[] = [x]
  for (const { operator, left, right } of steps) results.push(op[operator](results[left]!, typeof right === 'number' ? results[right]! : right.constant))
  return results.at(-1)!
}

function plain(steps: readonly Step[], x: number): number {
  const results = [x]
  for (const { operator, left, right } of steps) {
    const [a, b] = [results[left]!, typeof right === 'number' ? results[right]! : right.constant]
    results.push(operator === 'add' ? a + b : operator === 'subtract' ? a - b : a * b)
  }
  return results.at(-1)!
}
