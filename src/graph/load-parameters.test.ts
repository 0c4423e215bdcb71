import { describe, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { currentValues, loadParameters } from './load-parameters.ts'
import { parameter } from './parameter.ts'

const saved = (values: Record<string, unknown>, workflow = 'routing') => ({
  workflows: { [workflow]: { parameters: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])) } },
})
const some = () => ({ weight: parameter('weight', 1, { range: [0, 10] }), tone: parameter('tone', 'kind'), flag: parameter('flag', false) })

describe('loadParameters', () => {
  test('gives parameters their saved values and says what it did', () => {
    const own = some()
    expect(loadParameters(saved({ weight: 3, tone: 'short', gone: 1 }), own)).toEqual({ applied: ['weight', 'tone'], missing: ['flag'], unknown: ['gone'] })
    expect(currentValues(Object.values(own))).toEqual({ weight: 3, tone: 'short', flag: false })
  })

  test('skips what is no parameter, so that a module can be handed over whole', () => {
    const own = { ...some(), route: bundle((x: number) => x), VERSION: '1' }
    expect(loadParameters(saved({ weight: 3 }), own).applied).toEqual(['weight'])
    expect(loadParameters(saved({ weight: 4 }), [own.weight]).applied).toEqual(['weight'])
  })

  test('finds parameters in plain objects and arrays of a module, also in cycles', () => {
    const [deep, listed] = [parameter('deep', 1), parameter('listed', 2)]
    const module: Record<string, unknown> = { weights: { inner: { deep } }, list: [listed, 'text', null], made: new Date(0) }
    module['self'] = module
    expect(loadParameters({ workflows: { w: { parameters: { deep: { value: 5 }, listed: { value: 6 } } } } }, module).applied).toEqual(['deep', 'listed'])
    expect([deep.value, listed.value]).toEqual([5, 6])
  })
  test('changes nothing when one value does not fit', () => {
    const own = some()
    expect(() => loadParameters(saved({ tone: 'short', weight: 11 }), own)).toThrow('expected a number from 0 to 10, received 11, at parameter "weight" (src/graph/load-parameters.test.ts:')
    expect(() => loadParameters(saved({ tone: 'short', flag: 'yes' }), own)).toThrow('expected true or false, received "yes", at parameter "flag"')
    expect(currentValues(Object.values(own))).toEqual({ weight: 1, tone: 'kind', flag: false })
  })

  test('refuses two workflows that disagree', () => {
    const both = { workflows: { ...saved({ weight: 1 }, 'a').workflows, ...saved({ weight: 2 }, 'b').workflows } }
    expect(() => loadParameters(both, some())).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [PARAMETERS_FILE]: expected one value for parameter "weight", received 1 and 2 from two workflows
        Load the workflows one by one, or give the parameters different names.]
    `)
    const same = { workflows: { ...saved({ weight: 2 }, 'a').workflows, ...saved({ weight: 2 }, 'b').workflows } }
    expect(loadParameters(same, some()).applied).toEqual(['weight'])
  })

  test('refuses two parameters of one name', () => {
    expect(() => loadParameters(saved({ weight: 3 }), [parameter('weight', 1), parameter('weight', 2)])).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [PARAMETER_NAME]: expected parameters of different names, received "weight" twice]`)
    const one = parameter('weight', 1)
    expect(loadParameters(saved({ weight: 3 }), { one, alias: one }).applied).toEqual(['weight'])
  })

  test('refuses content of another shape', () => {
    const messages = [null, {}, { workflows: [] }, { workflows: { a: 1 } }, { workflows: { a: { parameters: null } } }, { workflows: { a: { parameters: { weight: 3 } } } }]
      .map((content) => { try { return loadParameters(content as never, some()) } catch (error) { return (error as Error).message.split('\n')[0] } })
    expect(messages).toEqual([
      'expected an object for a params file, received null', 'expected an object for workflows, received undefined', 'expected an object for workflows, received []',
      'expected an object for workflow a, received 1', 'expected an object for parameters of a, received null', 'expected an object for parameter weight, received 3',
    ])
  })
})
