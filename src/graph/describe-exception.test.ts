import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { describeException } from './describe-exception.ts'
import { exceptionNodeOf, node, originOf, type Node } from './node.ts'
import { fromTgj, toTgj } from './tgj.ts'
import { ExceptionNode } from './traced-node.ts'

const failureOf = (run: () => unknown): Node<string> => {
  try { run() } catch (error) { return exceptionNodeOf(error)! }
  throw new Error('expected a failure')
}
/** Without the numbers of lines, which move. */
const steady = (text: string): string => text.replaceAll(/^([→ ]) +\d+ \|/gm, '$1 N |').replaceAll(/:\d+:\d+/g, ':L:C')

function halve(value: number): number {
  if (value % 2 !== 0) throw new RangeError(`${value} is odd`)
  return value / 2
}
const share = bundle(function share(value: number) {
  const half = halve(value)
  return half
})
const always = bundle(function always(_x?: number): number {
  throw new Error()
})

describe('a failed step is described', () => {
  test('by its error and the marked lines of every frame in the code of the user', () => {
    const lines = steady(describeException(failureOf(() => share(3)))).split('\n')
    expect(lines.slice(0, 14).join('\n')).toMatchInlineSnapshot(`
      "(RangeError) 3 is odd

      src/graph/describe-exception.test.ts:L:C
        N |
        N | function halve(value: number): number {
      → N |   if (value % 2 !== 0) throw new RangeError(\`\${value} is odd\`) ← (RangeError) 3 is odd
        N |   return value / 2
        N | }

      src/graph/describe-exception.test.ts:L:C
        N | }
        N | const share = bundle(function share(value: number) {
      → N |   const half = halve(value) ← called here
        N |   return half"
    `)
  })

  test('where the error came from a step inside a step', () => {
    const outer = bundle(function outer(x: number) { return share(x).value })
    const text = describeException(failureOf(() => outer(3)))
    expect(text).toContain('throw new RangeError(`${value} is odd`) ← (RangeError) 3 is odd')
    expect(text).toContain('function outer(x: number) { return share(x).value }) ← called here')
  })

  test('after an await', async () => {
    const later = bundle(async function later(x: number) { await Promise.resolve(); return halve(x) })
    const error = await later(3).catch((thrown: unknown) => thrown)
    expect(describeException(exceptionNodeOf(error)!)).toContain('await Promise.resolve(); return halve(x) }) ← called here')
  })

  test('where the error has no message', () => {
    expect(steady(describeException(failureOf(() => always()))).split('\n').slice(0, 6)).toEqual([
      '(Error)', '', 'src/graph/describe-exception.test.ts:L:C', '  N | }', expect.any(String), expect.any(String),
    ].toSpliced(3, 1, '  N | })'))
    expect(describeException(failureOf(() => always()))).toContain('  throw new Error() ← (Error)')
  })

  test('where it is frozen', () => {
    const frozen = bundle(function frozen() { throw Object.freeze(new Error('cold')) })
    expect(describeException(failureOf(() => frozen()))).toContain("throw Object.freeze(new Error('cold')) }) ← (Error) cold")
  })

  test('by the place of its declaration where what was thrown has no stack', () => {
    const thrower = bundle(function thrower(thrown: unknown) { throw thrown })
    const text = steady(describeException(failureOf(() => thrower({ status: 500 }))))
    expect(text).toContain('(object) [object Object]\n\nin the step "thrower", declared here:\nsrc/graph/describe-exception.test.ts:L:C\n')
    expect(text).toContain('→ N |     const thrower = bundle(function thrower(thrown: unknown) { throw thrown })\n')
  })

  test('by its place alone where the source cannot be read', () => {
    const gone = new Error('gone')
    gone.stack = `Error: gone\n    at run (${process.cwd()}/evals/gone.ts:3:7)`
    expect(describeException(new ExceptionNode(gone, { name: 'gone' }, [], []))).toBe('(Error) gone\n\nevals/gone.ts:3:7 ← (Error) gone')
  })

  test('without any source where a document tells of it', () => {
    const document = toTgj(failureOf(() => share(3)), { root: process.cwd() })
    const read = fromTgj(JSON.parse(JSON.stringify(document))).exports.get('result')!
    expect(steady(describeException(read))).toContain('(RangeError) 3 is odd\n\nin the step "share", declared here:\nsrc/graph/describe-exception.test.ts:L:C\n')
  })

  test('never with a file that lies outside, or that is no source', () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'))
    try {
      writeFileSync(join(outside, 'secret.ts'), 'const secret = 1\n')
      for (const file of [join(outside, 'secret.ts'), join(process.cwd(), 'package.json'), join(process.cwd(), '..', 'x.ts')]) {
        const forged = new Error('forged')
        forged.stack = `Error: forged\n    at run (${file}:1:1)`
        expect(describeException(new ExceptionNode(forged, { name: 'forged' }, [], []))).toBe('(Error) forged')
      }
    } finally {
      rmSync(outside, { recursive: true })
    }
  })

  test('with a message that looks like a frame, or moves a cursor, as a text', () => {
    const message = `x\n    at run (${process.cwd()}/vitest.config.ts:1:1)\u001b[2J`
    const text = describeException(new ExceptionNode(new Error(message), { name: 'fake' }, [], []))
    expect(text).not.toMatch(/^→ 1 \|/m)
    expect(text).toContain(String.raw`\x1b[2J`)
  })
})

test('any other node is refused', () => {
  expect(originOf(node(1)).kind).toBe('value')
  expect(() => describeException(node(1))).toThrowErrorMatchingInlineSnapshot(`
    [TraceEvalError [EXCEPTION_NODE]: expected the node of a failed step, received a Node
      Pass what exceptionNodeOf(error) answers.]
  `)
})
