/** The laws that every propagator keeps, each as a check that throws when it is broken. Stage: testing. */
import { expect } from 'vitest'
import { backward } from '../backward/backward.ts'
import type { Propagator } from '../backward/propagator.ts'
import { reachedParameters } from '../backward/reach.ts'
import { bundle } from '../graph/bundle.ts'
import { derive, exceptionNodeOf, node, type Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter } from '../graph/parameter.ts'
import { frozen } from './frozen.ts'
import { shaped } from './shaped.ts'

/** What the suite works on: a fresh propagator each time, and feedback that it takes. */
export interface PropagatorSubject<F, Given = F> {
  readonly make: () => Propagator<F, Given>
  readonly given: Given
}

/** One law. */
export interface PropagatorLaw {
  /** A rule a user can read. */
  readonly title: string
  /** Throws when the propagator breaks it. */
  check<F, Given>(subject: PropagatorSubject<F, Given>): void
}

/** Graphs with everything that is awkward: joins, constants, a node used twice, several outputs, a failed step. */
function outputs(): Node<unknown>[] {
  const [price, rate, note] = [parameter('price', 3), parameter('rate', 2), parameter('note', 'net')]
  const constant = op.add(node(1), 2)
  const product = op.multiply(price, rate)
  const twice = op.add(product, product)
  const label = bundle(function label({ amount }: { amount: number; text: string }, _scale: number) { return String(amount) }, { name: 'label' })
  const failing = bundle(function failing(_amount: number): number { throw new RangeError('too much') })
  let failed: Node<unknown> = constant
  try { failing(twice) } catch (error) { failed = exceptionNodeOf(error)! }
  return [label({ amount: twice, text: note }, constant), op.subtract(product, rate), price, failed]
}

const laws: readonly PropagatorLaw[] = [
  {
    title: 'gives every parameter feedback that an output depends on',
    check({ make, given }) {
      const ends = outputs()
      for (const output of [...ends, ends]) {
        const { parameters } = backward(output, given, { propagator: make() })
        expect(parameters.map(({ parameter: { name } }) => name).sort()).toEqual(reachedParameters([output].flat()).map(({ name }) => name).sort())
        for (const { parameter: { name }, feedback } of parameters) expect(feedback, `feedback of ${name}`).toBeDefined()
      }
    },
  },
  {
    title: 'answers at once, for inputs of the step and nothing else',
    check({ make, given }) {
      const propagator = make()
      let steps = 0
      const watched: typeof propagator = {
        begin: (first, output) => propagator.begin(first, output),
        join: (parts, at) => propagator.join(parts, at),
        through(flow) {
          steps++
          const answer = propagator.through(flow)
          for (const name of Object.keys(answer)) expect(Object.keys(flow.inputs), `inputs of ${flow.step}`).toContain(name)
          for (const name of flow.wanted) expect(answer[name], `feedback of ${flow.step} for ${name}`).toBeDefined()
          return answer
        },
      }
      backward(outputs(), given, { propagator: watched })
      expect(steps).toBe(5)
    },
  },
  {
    title: 'does not write to what it is shown',
    check<F, Given>({ make, given }: PropagatorSubject<F, Given>) {
      const propagator = make()
      const first = frozen(given)
      backward(outputs(), first, {
        propagator: {
          begin: (begun: Given, output) => frozen(propagator.begin(begun, output)),
          join: (parts, at) => frozen(propagator.join(Object.freeze([...parts]), at)),
          through: (flow) => frozen(propagator.through(Object.freeze({ ...flow, inputs: Object.freeze({ ...flow.inputs }), wanted: Object.freeze([...flow.wanted]) }))),
        },
      })
    },
  },
  {
    title: 'gives the same for the same graph and feedback, however often it is asked',
    check({ make, given }) {
      const ends = outputs()
      const shared = make()
      const once = shown(backward(ends, given, { propagator: shared }))
      expect(shown(backward(ends, given, { propagator: shared })), 'asked again').toEqual(once)
      expect(shown(backward(ends, given, { propagator: make() })), 'a fresh propagator').toEqual(once)
    },
  },
  {
    title: 'joins the same in any grouping',
    check({ make, given }) {
      const propagator = make()
      const at = outputs()[0]!
      const [a, b, c] = [propagator.begin(given, at), propagator.begin(given, at), propagator.begin(given, at)]
      const together = forms(propagator.join([a, b, c], at))
      expect(forms(propagator.join([propagator.join([a, b], at), c], at)), 'the first two first').toEqual(together)
      expect(forms(propagator.join([a, propagator.join([b, c], at)], at)), 'the last two first').toEqual(together)
      expect(forms(propagator.join([propagator.join([a], at)], at)), 'one part').toEqual(forms(propagator.join([a], at)))
    },
  },
  {
    title: 'carries feedback through a chain of 20,000 steps, and to a step with 2,000 inputs',
    check({ make, given }) {
      let top: Node<number> = parameter('weight', 1)
      for (let i = 0; i < 20_000; i++) top = op.add(top, 1)
      expect(forms(backward(top, given, { propagator: make() }).parameters[0]!.feedback)).toBeDefined()
      const wide = derive(Array.from({ length: 2000 }, (_, index) => op.add(parameter(`p${index}`, index), 1)), (...values) => values.length)
      expect(backward(wide, given, { propagator: make() }).parameters.filter(({ feedback }) => feedback !== undefined)).toHaveLength(2000)
    },
  },
]

/** Every law, in the order of the interface. */
export const propagatorLaws: readonly PropagatorLaw[] = laws.map(({ title, check }) => ({
  title,
  check({ make, given }) { check({ make: shaped('propagator', { begin: 'function', join: 'function', through: 'function' }, 'docs/tracing.md', make), given }) },
}))

function shown({ parameters }: { readonly parameters: readonly { readonly parameter: { readonly name: string }; readonly feedback: unknown }[] }): [string, unknown][] {
  return parameters.map(({ parameter: { name }, feedback }) => [name, forms(feedback)])
}

// Feedback may be an instance with accessors; these are read as if they were fields, which is what users see.
function forms(feedback: unknown): unknown {
  if (typeof feedback !== 'object' || feedback === null) return feedback
  const prototype: unknown = Object.getPrototypeOf(feedback)
  if (prototype === null || prototype === Object.prototype || Array.isArray(feedback)) return feedback
  const accessors = Object.entries(Object.getOwnPropertyDescriptors(prototype)).filter(([, { get }]) => get !== undefined).map(([name]) => name)
  return { ...feedback, ...Object.fromEntries(accessors.map((name) => [name, (feedback as Record<string, unknown>)[name]])) }
}
