import { describe, expect, test } from 'vitest'
import { node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter } from '../graph/parameter.ts'
import { nameScope } from '../graph/scope.ts'
import { backward } from './backward.ts'
import { batch, formatItems, itemPropagator } from './batch.ts'

const [tone, close] = [parameter('tone', 'Be kind.'), parameter('close', 'Bye.')]
const [greeting, ending] = [op.concat(tone, ' Hello.'), op.concat(close, ' Now.')]
const heard = ({ parameters }: { parameters: readonly { parameter: { name: string }; feedback: Parameters<typeof formatItems>[0] }[] }) =>
  Object.fromEntries(parameters.map(({ parameter: { name }, feedback }) => [name, formatItems(feedback)]))

describe('a batch', () => {
  test('is one node whose text has an entry for each output', () => {
    expect(batch([greeting, node({ team: 'billing' }), node(3)]).value).toBe('ID [0]: Be kind. Hello.\nID [1]: {"team":"billing"}\nID [2]: 3')
    expect(batch({ 'T-7': greeting, bye: ending }).value).toBe('ID [T-7]: Be kind. Hello.\nID [bye]: Bye. Now.')
  })

  test('carries one feedback on all to every parameter behind it, in one pass', () => {
    const { parameters } = backward(batch([greeting, ending]), formatItems(['too long', 'too short']))
    expect(parameters.map(({ parameter: { name }, feedback, graph }) => [name, feedback.message, graph.nodes.map((found) => found.name)])).toEqual([
      ['tone', 'ID [0]: too long\nID [1]: too short', ['tone', 'concat', 'batch']],
      ['close', 'ID [0]: too long\nID [1]: too short', ['close', 'concat', 'batch']],
    ])
  })

  test('refuses what is no node, and ids that break the text', () => {
    expect(() => batch([greeting, 'Hello.' as never])).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [BATCH_OUTPUT]: expected nodes with ids of one line, received "Hello." with the id "1"
        Pass what bundles, derive or operators returned, not their values.]
    `)
    expect(() => batch({ 'a\nID [b]: x': greeting })).toThrow('with the id "a\\nID [b]: x"')
    expect(() => batch([])).toThrow('expected nodes with ids of one line, received none')
  })
})

describe('feedback by item', () => {
  test('reaches a parameter only where it had a part, as it was given', () => {
    const all = batch({ hello: greeting, both: op.concat(greeting, ending), bye: ending })
    expect(heard(backward(all, { bye: 'too short', hello: 'too long', both: 'dull' }, { propagator: itemPropagator }))).toEqual({
      tone: 'ID [hello]: too long\nID [both]: dull', close: 'ID [bye]: too short\nID [both]: dull',
    })
    expect(heard(backward(all, { hello: 'too long' }, { propagator: itemPropagator }))).toEqual({ tone: 'ID [hello]: too long', close: '' })
  })

  test('of a list goes by position, and output that stands in it twice hears both', () => {
    expect(heard(backward(batch([greeting, ending, greeting]), [undefined, 'too short', 'too long'], { propagator: itemPropagator }))).toEqual({ tone: 'ID [2]: too long', close: 'ID [1]: too short' })
    expect(heard(backward(batch([greeting, greeting]), ['a', 'b'], { propagator: itemPropagator }))).toEqual({ tone: 'ID [0]: a\nID [1]: b' })
  })

  test('must name outputs of the batch', () => {
    expect(() => backward(batch({ hello: greeting }), { helo: 'x' }, { propagator: itemPropagator })).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [BATCH_ID]: expected an id of the batch ("hello"), received "helo"]`)
  })

  test('on a batch inside a batch is about all outputs of that', () => {
    const all = batch({ both: batch([greeting, ending]), 0: ending })
    expect(heard(backward(all, { both: 'dull', 0: 'too short' }, { propagator: itemPropagator }))).toEqual({ tone: 'ID [both]: dull', close: 'ID [0]: too short\nID [both]: dull' })
  })
})

test('in a name scope each output of a batch still hears what is said of it', () => {
  const [greet, refuse] = [parameter('greet', 'Be kind.'), parameter('refuse', 'Be firm.')]
  const both = nameScope('night', () => batch({ hello: op.concat(greet, ' Hello.'), no: op.concat(refuse, ' No.') }))
  expect(backward(both, { hello: 'too long', no: 'too harsh' }, { propagator: itemPropagator }).parameters.map(({ feedback }) => formatItems(feedback))).toEqual(['ID [hello]: too long', 'ID [no]: too harsh'])
})
