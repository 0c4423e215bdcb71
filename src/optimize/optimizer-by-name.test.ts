/** Optimizers by name. Stage: optimize. */
import { describe, expect, test } from 'vitest'
import { optimizerByName, optimizerNames } from './optimizer-by-name.ts'

describe('optimizerByName', () => {
  test('knows every optimizer by its own name, the default first', () => {
    expect(optimizerNames).toEqual(['search', 'tpe', 'coordinate', 'bootstrap-examples', 'random', 'bootstrap-few-shot', 'reflect', 'gepa', 'mipro', 'simba', 'optoprime', 'optoprime-multi', 'opro', 'textgrad'])
    for (const name of optimizerNames) expect(optimizerByName(name).name).toBe(name)
  })

  test('a slip is answered with the nearest name', () => {
    expect(() => optimizerByName('serach')).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [OPTIMIZER_UNKNOWN]: expected an optimizer (search, tpe, coordinate, bootstrap-examples, random, bootstrap-few-shot, reflect, gepa, mipro, simba, optoprime, optoprime-multi, opro, textgrad), received "serach"
        Did you mean \`search\`?]
    `)
  })

  test('another name is answered with what there is', () => {
    expect(() => optimizerByName('gradient descent\u001b[2J')).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [OPTIMIZER_UNKNOWN]: expected an optimizer (search, tpe, coordinate, bootstrap-examples, random, bootstrap-few-shot, reflect, gepa, mipro, simba, optoprime, optoprime-multi, opro, textgrad), received "gradient descent\\u001b[2J"
        An optimizer of your own is given as an object, not by name.]
    `)
  })
})
