import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAst } from 'rolldown/parseAst'
import { bundle } from './bundle.ts'
import { parameter } from './code-parameter.ts'
import { exportModule } from './export-module.ts'
import { literal } from './literal.ts'
import { loadModule } from './save-module.ts'
import type { ParseSource } from './plain-source.ts'

const parse: ParseSource = (source, options) => parseAst(source, options)
const exported = (source: string, instance: object = {}): string => exportModule(instance, { source, parse })

/** Runs a source as a module of its own; it must need nothing but the language. */
async function load(source: string): Promise<Record<string, any>> { // oxlint-disable-line no-explicit-any
  const folder = mkdtempSync(join(tmpdir(), 'exported-'))
  try {
    writeFileSync(join(folder, 'module.ts'), source)
    return await import(/* @vite-ignore */ pathToFileURL(join(folder, 'module.ts')).href) as Record<string, unknown>
  } finally { rmSync(folder, { recursive: true }) }
}

const router = `import { bundle, derive, parameter, t, type Node } from 'trace-eval'

/** Routes tickets. */
export class Router {
  // What the model is told.
  instructions = parameter('instructions', 'Route.', { description: 'System prompt' })
  limits = [{ words: parameter('words', 50, { range: [1, 200], integer: true }) }]
  weights = [parameter('first', 1), parameter('second', 1)]
  private readonly calls: string[] = []

  cut = bundle((text: string) => text.split(' ').slice(0, this.limits[0]!.words.value).join(' '), { name: 'cut' })
  score = bundle(async function score(text: string, weight: number) { return { points: text.length * weight } }, { description: 'scores' })

  async route(ticket: string): Promise<Node<string>> {
    const short = this.cut(ticket)
    const { points } = (await this.score(short, this.weights[0]!)).$
    this.calls.push(short.value)
    const total = derive(() => points.value + this.weights[1]!.value)
    return t\`\${this.instructions} \${short} (\${total}, \${points.derive((x) => x * 2)})\`
  }

  async text(ticket: string): Promise<string> { return (await this.route(ticket)).value }
}
`
class Router {
  instructions = parameter('instructions', 'Route.')
  limits = [{ words: parameter('words', 50) }]
  weights = [parameter('first', 1), parameter('second', 1)]
}

describe('an exported module', () => {
  test('is plain source with the learned values in place, and computes with them', async () => {
    const learned = new Router()
    loadModule(learned, { parameters: { instructions: { kind: 'text', value: "It's `urgent`.\nRoute ${now}." }, 'limits.0.words': { kind: 'number', value: 2 }, 'weights.0': { kind: 'number', value: 10 }, 'weights.1': { kind: 'number', value: -3 } } })
    const source = exported(router, learned)
    expect(source).toMatchInlineSnapshot(`
      "
      /** Routes tickets. */
      export class Router {
        // What the model is told.
        instructions = \`It's \\\`urgent\\\`.
      Route \\\${now}.\`
        limits = [{ words: 2 }]
        weights = [10, -3]
        private readonly calls: string[] = []

        cut = (text: string) => text.split(' ').slice(0, this.limits[0]!.words).join(' ')
        score = async function score(text: string, weight: number) { return { points: text.length * weight } }

        async route(ticket: string): Promise<string> {
          const short = this.cut(ticket)
          const { points } = (await this.score(short, this.weights[0]!))
          this.calls.push(short)
          const total = (() => points + this.weights[1]!)()
          return \`\${this.instructions} \${short} (\${total}, \${((x) => x * 2)(points)})\`
        }

        async text(ticket: string): Promise<string> { return (await this.route(ticket)) }
      }
      "
    `)
    const { Router: Plain } = await load(source)
    expect(await new Plain().text('I was charged twice')).toBe("It's `urgent`.\nRoute ${now}. I was (47, 100)")
  })

  test('keeps everything that is not of the library, and the starting value of parameters that it does not hold', () => {
    expect(exported(`import { join } from 'node:path'\nimport { parameter } from 'trace-eval'\nexport const shared = parameter('shared', 1 + 2)\nexport const at = () => join('a', String(shared.value)) // .value stays\nexport const other = { value: 1 }.value\n`))
      .toBe(`import { join } from 'node:path'\nexport const shared = 1 + 2\nexport const at = () => join('a', String(shared)) // .value stays\nexport const other = { value: 1 }.value\n`)
  })

  test('has methods of a prototype, and types without nodes', async () => {
    const source = exported(`import { bundle, parameter, type Node, type Origin } from 'trace-eval'
export class Gate { least = parameter('least', 0.5); declare passes: (this: Gate, score: number | Node<number>) => Node<boolean>; origin?: Origin }
Gate.prototype.passes = bundle(function passes(this: Gate, score: number) { return score >= this.least.value })
`, { least: parameter('least', 0.9) })
    expect(source).toMatchInlineSnapshot(`
      "import type { Origin } from 'trace-eval'
      export class Gate { least = 0.9; declare passes: (this: Gate, score: number | number) => boolean; origin?: Origin }
      Gate.prototype.passes = function passes(this: Gate, score: number) { return score >= this.least }
      "
    `)
    const { Gate } = await load(source)
    expect([new Gate().passes(0.8), new Gate().passes(0.95)]).toEqual([false, true])
  })

  test('has the learned code of trainable bundles, with functions that it brings along', async () => {
    const file = `import { bundle } from 'trace-eval'\nexport const pick = bundle(function pick(x: number): number { return x }, { trainable: true })\nexport const twice = (x: number) => pick(pick(x).value).value\n`
    const agent = { pick: bundle(function pick(x: number): number { return x }, { trainable: { source: 'function pick(x: number): number { return x }' } }) }
    expect((await load(exported(file, agent)))['twice'](3)).toBe(3)
    loadModule(agent, { parameters: { pick: { kind: 'code', value: 'function pick(x: number): number { return more(x) }\nfunction more(x: number): number { return x + 10 }' } } })
    expect((await load(exported(file, agent)))['twice'](3)).toBe(23)
    loadModule(agent, { parameters: { pick: { kind: 'code', value: 'const MORE = 20\nconst more = (x: number): number => x + MORE\nfunction pick(x: number): number { return more(x) }' } } })
    expect((await load(exported(file, agent)))['twice'](3)).toBe(43)
  })

  test('is refused where something has no plain form, with the line', () => {
    expect(() => exported(`import { op, parameter } from 'trace-eval'\nconst a = parameter('a', 1)\nexport const b = op.add(a, 1)\n`)).toThrowErrorMatchingInlineSnapshot(`[TraceEvalError [EXPORT_SOURCE]: expected parameters, bundles, derive and templates that can be written plainly, received "op" of the library, which has no plain form, at line 3 of the source]`)
    expect(() => exported(`import { parameter } from 'trace-eval'\nexport const make = (name: string) => parameter(name, 1)\n`)).toThrow('received a parameter whose name is computed, at line 2 of the source')
    expect(() => exported(`const = 1`)).toThrow('expected source that parses as TypeScript')
  })

  test('is refused where one name has two values, or a value has no literal', () => {
    expect(() => exported('', { a: parameter('x', 1), b: { c: parameter('x', 2) } })).toThrowErrorMatchingInlineSnapshot(`
      [TraceEvalError [EXPORT_VALUE]: expected one value for the name "x", received 1 and 2, at parameter "b.c"
        A class has one source: export each of its instances by itself.]
    `)
    expect(exported('', { a: parameter('x', 1), b: parameter('x', 1) })).toBe('')
    expect(() => literal(new Date(0), 'since')).toThrow('expected a value that can be written as a literal, received')
  })
})

test('a literal gives its value back', () => {
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('\n', '`', '$', '{', '\\', '\'', '"', '\r', '\u2028', 'a') }), fc.double(), fc.bigInt(), fc.boolean(), fc.constantFrom(null, undefined),
      fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 })),
  })).value
  fc.assert(fc.property(value, (given) => {
    // The one way to see what a literal means is to run it; it was written by the function under test.
    expect(new Function(`return (${literal(given, 'x')})`)()).toEqual(given) // oxlint-disable-line no-new-func, no-implied-eval
  }))
})
