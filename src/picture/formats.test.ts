import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import { bundle as bundleForms } from '../graph/bundle-forms.ts'
import { bundle } from '../graph/bundle.ts'
import { copyOf } from '../graph/copies.ts'
import { derive, exceptionNodeOf, node, type Node } from '../graph/node.ts'
import { op } from '../graph/operators.ts'
import { parameter } from '../graph/parameter.ts'
import { nameScope } from '../graph/scope.ts'
import { toTgj } from '../graph/tgj.ts'
import type { PictureOptions } from './options.ts'
import { toDot } from './to-dot.ts'
import { toMermaid } from './to-mermaid.ts'
import { toSvg } from './to-svg.ts'

const price = parameter('price', 2, { description: 'of one' })
const total = op.multiply(price, node(3, 'count'))

function failedOn(limit: Node<number>): Node<unknown> {
  const search = bundle(function search(depth: number): string { throw new RangeError(`depth ${depth} is too much`) })
  try { search(limit) } catch (error) { return exceptionNodeOf(error)! }
  throw new Error('expected the step to fail')
}

/** What an XML 1.0 parser reads: every element with its attributes, and the text inside. */
interface Element { readonly name: string; readonly attributes: Readonly<Record<string, string>>; text: string }
function parse(xml: string): Element[] {
  const parser = new SaxesParser()
  const elements: Element[] = []
  const open: Element[] = []
  parser.on('error', (error) => { throw error })
  parser.on('doctype', () => { throw new Error('a document type') })
  parser.on('processinginstruction', () => { throw new Error('an instruction') })
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: '' }
    elements.push(element)
    open.push(element)
  })
  parser.on('text', (text) => { for (const element of open.slice(-1)) element.text += text })
  parser.on('closetag', () => { open.pop() })
  parser.write(xml).close()
  return elements
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.array(fc.constantFrom('</svg>', '<script>', ']]>', '&amp;', '&#0;', '"', '\'', '\\', '\\N', '\n', '\r', '\t', '\0', '\u001b[31m', '\u202e', '\u061c', '\ufeff', '\ufffe', '\ud800', '\udfff', '`', '#quot;', '%%{init: {}}%%', '-->', 'end', 'style a:b#c;', '1. x', '|', '{{', '}}', '😀', '漢', ' ')).map((parts) => parts.join('')),
)
const graphs = fc.record({ name: nasty, description: nasty, value: fc.oneof(nasty, fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true })), input: nasty })
  .map(({ name, description, value, input }) => derive([parameter('p', input, { description }), node(value, name)], () => value))
const options: fc.Arbitrary<PictureOptions> = fc.record({ title: nasty, notes: fc.array(nasty, { maxLength: 3 }), blame: fc.constantFrom<'all' | string[]>('all', []), valueLength: fc.integer({ min: 1, max: 200 }) })
// Whatever reorders, hides or controls text, line ends and tabs included.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/ // oxlint-disable-line no-control-regex

describe('SVG', () => {
  test('is XML of known elements without script, event or reference, whatever names and values hold', async () => {
    await fc.assert(fc.asyncProperty(graphs, options, async (graph, given) => {
      const svg = await toSvg(graph, given)
      const elements = parse(svg)
      const names = new Set(elements.map(({ name }) => name))
      expect([...names].filter((name) => !['svg', 'title', 'style', 'rect', 'g', 'path', 'text'].includes(name))).toEqual([])
      const attributes = elements.flatMap((element) => Object.keys(element.attributes))
      expect(new Set(attributes.filter((name) => !/^(xmlns|class|role|aria-label|width|height|viewBox|transform|d|x|y)$/.test(name)))).toEqual(new Set())
      expect(elements.filter(({ name, text }) => name === 'style' && /url|import|expression/.test(text))).toEqual([])
      expect(elements.filter(({ name, text }) => name !== 'style' && unsafe.test(text))).toEqual([])
    }), { numRuns: 150 })
  })

  test('shows every text as it is, after what is dangerous was made visible', async () => {
    const svg = await toSvg(node('</svg><script>&amp;"\'', 'a\u202eb\n]]>'))
    const [title, ...lines] = parse(svg).filter(({ name }) => name === 'text').map(({ text }) => text)
    expect(title).toBe(String.raw`a\u202eb\n]]>`)
    expect(lines[0]).toBe(String.raw`= "</svg><script>&amp;\"'"`)
  })

  test('tells parameters, values, steps, failed steps and blame apart by class, and says so in a legend', async () => {
    const elements = parse(await toSvg(failedOn(op.add(price, node(7, 'extra'))), { title: 'a crash', notes: ['it broke'], blame: ['price'] }))
    expect(elements.flatMap(({ attributes }) => (attributes['class']?.startsWith('box ') === true ? [attributes['class']] : []))).toEqual([
      'box parameter blamed', 'box value', 'box step blamed', 'box error blamed',
      'box parameter', 'box value', 'box step', 'box error', 'box step blamed', 'box step',
    ])
    expect(elements.flatMap(({ name, text }) => (name === 'text' ? [text] : []))).toEqual([
      'a crash', 'it broke', 'price', 'of one', '= 2', 'extra', '= 7', 'add', '= 9', 'search', '(RangeError) depth 9 is too much',
      'parameter', 'given value', 'step', 'failed step', 'on a way of blame', 'output',
    ])
  })

  test('is light or dark as its reader prefers, and the same every time', async () => {
    const svg = await toSvg(total)
    expect(svg).toContain('@media(prefers-color-scheme:dark)')
    expect(await toSvg(total)).toBe(svg)
  })
})

describe('DOT', () => {
  const quotedText = /"((?:[^"\\]|\\.)*)"/g
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' }
  const read = (label: string): string => label.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)).replaceAll(/&(\w+);/g, (_, name: string) => entities[name]!)

  test('has each foreign text inside of quotes, and nothing unsafe', () => {
    fc.assert(fc.property(graphs, options, (graph, given) => {
      for (const line of toDot(graph, given).split('\n')) {
        expect(unsafe.test(line)).toBe(false)
        expect(line.replaceAll(quotedText, '""')).toMatch(/^(digraph trace \{|\}|  \}|  (graph|node|edge) \[[\w=, ",]+\];|  label="";|  labelloc=t;|  n\d+ \[[\w=", ]+\];|  n\d+ -> n\d+( \[[\w=", ]+\])?;|  subgraph cluster_legend \{|    label=""; color=""; style=dashed;|    legend_\w+ \[[\w=", ]+\];|)$/)
      }
    }))
  })

  test('shows the text that was given', () => {
    const [, label] = /n1 \[label="((?:[^"\\]|\\.)*)"/.exec(toDot(node('\\N & "x" <y>\n', 'back\\slash'))) ?? []
    expect(read(label!)).toBe(`back\\slash\n= ${String.raw`"\\N & \"x\" <y>\n"`}`)
  })

  test('draws boxes, arrows, blame and output', () => {
    expect(toDot(total, { blame: 'all', title: 'the total' }).split('\n').slice(4, 13)).toMatchInlineSnapshot(`
      [
        "  label="the total";",
        "  labelloc=t;",
        "  n1 [label="price\\nof one\\n= 2", shape=box, style=filled, fillcolor="#ffe2b3", color="#b0177b", penwidth=3];",
        "  n2 [label="count\\n= 3", shape=note, style=filled, fillcolor="#e6e6e6", color="#6b6b6b"];",
        "  n3 [label="multiply\\n= 6", shape=box, style="filled,rounded", fillcolor="#dbe9f8", color="#b0177b", penwidth=3, peripheries=2];",
        "  n1 -> n3 [color="#b0177b", penwidth=3];",
        "  n2 -> n3;",
        "  subgraph cluster_legend {",
        "    label="legend"; color="#808080"; style=dashed;",
      ]
    `)
  })
})

describe('Mermaid', () => {
  test('has nothing in a text but letters, digits and codes of characters', () => {
    fc.assert(fc.property(graphs, options, (graph, given) => {
      for (const line of toMermaid(graph, given).split('\n')) {
        expect(unsafe.test(line)).toBe(false)
        for (const [, label = ''] of line.matchAll(/"([^"]*)"/g)) expect(label.replaceAll(/<br\/>|#\d+;/g, '')).toMatch(/^[\p{L}\p{N}\p{M} ,()=×…]*$/u)
        expect(line.replaceAll(/"[^"]*"/g, '""')).toMatch(/^(flowchart TB|  head\[""\]|  style head fill:none,stroke:none|  n\d+\W+""\W+|  n\d+ (-->|==>) n\d+|  subgraph legend|    legend_\w+\W+""\W+|  end|  class(Def)? [\w,:# -]+|  linkStyle [\w,:# -]+|)$/)
      }
    }))
  })

  test('breaks no line and sets no formula where a text has the signs for it', () => {
    expect(toMermaid(node('a\nb $$x$$', 'text'))).toContain('= #34;a#92;#8203;nb #36;#8203;#36;x#36;#8203;#36;#34;')
  })

  test('draws boxes, arrows, blame and output', () => {
    expect(toMermaid(total, { blame: ['price'], title: 'the total' })).toMatchInlineSnapshot(`
      "flowchart TB
        head["the total"]
        style head fill:none,stroke:none
        n1["price<br/>of one<br/>= 2"]
        n2[/"count<br/>= 3"/]
        n3("multiply (output)<br/>= 6")
        n1 ==> n3
        n2 --> n3
        subgraph legend
          legend_parameter["parameter"]
          legend_value[/"given value"/]
          legend_step("step")
          legend_blame["way of blame"]
          legend_output["output"]
        end
        classDef parameterBox fill:#ffe2b3,stroke:#9a5b00,color:#1b1b1b
        class legend_parameter,n1 parameterBox
        classDef valueBox fill:#e6e6e6,stroke:#6b6b6b,color:#1b1b1b
        class legend_value,n2 valueBox
        classDef stepBox fill:#dbe9f8,stroke:#2f6ca8,color:#1b1b1b
        class legend_step,n3 stepBox
        classDef outputBox stroke-width:4px,stroke-dasharray:8 2
        class legend_output,n3 outputBox
        classDef blamedBox stroke:#b0177b,stroke-width:3px
        class legend_blame,n1,n3 blamedBox
        linkStyle 0 stroke:#b0177b,stroke-width:3px
      "
    `)
  })
})

describe('every format', () => {
  /** The lines in the boxes of a Mermaid text. */
  const shownIn = (text: string): string[] => Array.from(text.matchAll(/^  n\d+\W+"(.*)"/gm), ([, label]) => label!.split('<br/>'))
    .flat().map((line) => line.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))))

  test('draws a document as it draws the nodes it was written from', async () => {
    const failed = failedOn(op.add(price, 1))
    for (const graph of [total, failed]) {
      const document = JSON.parse(JSON.stringify(toTgj(graph))) as never
      expect(toDot(document, { blame: 'all' })).toBe(toDot(graph, { blame: 'all' }))
      expect(toMermaid(document)).toBe(toMermaid(graph))
      expect(await toSvg(document)).toBe(await toSvg(graph))
    }
  })

  test('cuts values at 100 characters unless told otherwise, with an ellipsis', () => {
    const long = node('x'.repeat(500), 'long')
    const shown = (valueLength?: number): string => /long\\n= (.*?)", shape/.exec(toDot(long, valueLength === undefined ? {} : { valueLength }))![1]!.replaceAll(String.raw`\n`, '')
    expect([shown(), shown(7), shown(1000)]).toEqual([`\\"${'x'.repeat(98)}…`, String.raw`\"xxxxx…`, `\\"${'x'.repeat(500)}\\"`])
  })

  test('says what a given value is, and which operation made a node of another name', () => {
    const draft = bundle(function draft(topic: string) { return `on ${topic}` }, { description: 'asks a model' })
    const graph = nameScope('chat', () => draft(node('tea', { name: 'topic', description: 'of the customer' })))
    const document = { ...toTgj(graph), nodes: toTgj(graph).nodes.map((record) => (record.kind === 'message' ? { ...record, op: 'ask' } : record)) }
    expect(shownIn(toMermaid(graph))).toEqual(['chat/topic', 'of the customer', '= "tea"', 'chat/draft (output)', 'asks a model', '= "on tea"'])
    expect(shownIn(toMermaid(document))).toContain('ask: asks a model')
  })

  test('keeps a step that changes a value, whatever its name', () => {
    const clone = bundle(function clone(value: number) { return value + 1 })
    expect(toDot(clone(total))).toContain('label="clone')
    expect(toDot(copyOf(total))).toBe(toDot(total))
  })

  test('leaves out steps that only pass a value on', () => {
    const document = {
      tgj: '1.0', exports: { result: 'clone.1' }, nodes: [
        { id: 'a.1', kind: 'value', name: 'a', value: 1, description: '[Node]' },
        { id: 'identity.1', kind: 'message', name: 'identity', op: 'identity', description: '[identity]', inputs: { x: 'a.1' }, output: { name: 'i', value: 1 } },
        { id: 'double.1', kind: 'message', name: 'double', op: 'double', description: '[double]', inputs: { x: 'identity.1' }, output: { name: 'd', value: 2 } },
        { id: 'clone.1', kind: 'message', name: 'clone', op: 'clone', description: '[clone]', inputs: { x: 'double.1' }, output: { name: 'c', value: 2 } },
      ],
    } as const
    expect(toMermaid(document).split('\n').slice(1, 4)).toEqual(['  n1[/"a<br/>= 1"/]', '  n2("double (output)<br/>= 2")', '  n1 --> n2'])
  })

  test('draws what nothing else uses as outputs where a document names none', () => {
    const { nodes } = toTgj([op.add(price, 1), op.add(price, 2)])
    expect(toMermaid({ tgj: '1.0', nodes, exports: {} }).match(/\(output\)/g)).toHaveLength(2)
  })

  test.each([
    ['a value', 5, 'PICTURE_INPUT', 'expected a node, a list of nodes or a TGJ document, received 5\n  Pass what a step returned, not its value, or what toTgj gave.'],
    ['a promise', Promise.resolve(), 'PICTURE_INPUT', 'expected a node, a list of nodes or a TGJ document, received a Promise\n  Await the step first.'],
    ['a list with a value in it', [total, 'x'], 'PICTURE_INPUT', 'expected a node, a list of nodes or a TGJ document, received "x"\n  Pass what a step returned, not its value, or what toTgj gave.'],
  ])('refuses %s', (_, graph, code, message) => {
    expect(() => toDot(graph as never)).toThrow(expect.objectContaining({ code, message }))
  })

  test('refuses numbers outside their range', () => {
    expect(() => toDot(total, { maxNodes: 4 })).toThrow('expected a whole number from 5 up, received 4, at maxNodes')
    expect(() => toDot(total, { valueLength: 0 })).toThrow('expected a whole number from 1 to 1000, received 0, at valueLength')
  })

  test('draws a graph without nodes as its legend alone', async () => {
    expect(parse(await toSvg([])).filter(({ name }) => name === 'text')).toEqual([])
  })
})

describe('a nested step', () => {
  const rate = parameter('rate', 2)
  const squared = bundleForms(function squared(x: Node<number>) { return op.multiply(op.multiply(x, x), rate) }, { nested: true })
  const around = bundleForms(function around(x: Node<number>, _note: Node<string>) { return op.add(squared(x), 1) }, { nested: true })
  const graph = around(node(3, 'n'), node('unused', 'note'))

  test('is a frame around its inside, with what it took from elsewhere and what it made of it', () => {
    const lines = toMermaid(graph).split('\n').map((line) => line.trim())
    const inside = (id: string): string[] => lines.slice(lines.findIndex((line) => line.startsWith(`subgraph ${id}[`)))
    expect(inside('f1').slice(0, 8)).toEqual(['subgraph f1["around"]', 'n6("add<br/>b#58; 1<br/>= 19")', 'n7("around (output)<br/>= 19")', 'subgraph f2["squared"]', 'n4("multiply<br/>= 9")', 'n5("multiply<br/>= 18")', 'end', 'end'])
    expect(lines.filter((line) => line.includes(' --> '))).toEqual(['n1 --> n4', 'n4 --> n5', 'n3 --> n5', 'n5 --> n6', 'n6 --> n7', 'n2 --> n7'])
  })

  test('is the same in every format, read from a document too', async () => {
    const svg = parse(await toSvg(toTgj(graph), { blame: 'all' }))
    expect(svg.filter(({ attributes }) => attributes['class'] === 'inside')).toHaveLength(2)
    expect(svg.filter(({ attributes }) => attributes['class'] === 'note').map(({ text }) => text)).toEqual(expect.arrayContaining(['around', 'squared']))
    expect(toDot(toTgj(graph))).toContain('    subgraph cluster_f2 {\n      label="squared"; color="#808080"; style=dotted;\n      n4; n5;\n    }')
  })

  test('is one box where its inside would be too much', () => {
    const deep: (x: Node<number> | number) => Node<number> = bundleForms((x: Node<number>): Node<number> => (x.value > 0 ? deep(op.subtract(x, 1)) : x), { name: 'deep', nested: true }) as never
    expect([toMermaid(deep(2)).match(/subgraph f/g)?.length, toMermaid(deep(200)).includes('subgraph f')]).toEqual([2, false])
    expect(toMermaid(graph, { maxNodes: 5 })).not.toContain('subgraph f')
  })
})
