/** Source that declares parameters and bundles, rewritten without them. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { Traces, bare, children, keyOf, type Syntax } from './source-traces.ts'

/** A parser that answers an ESTree program with `start` and `end`, types included. */
export type ParseSource = (source: string, options: { readonly lang: 'ts' }) => unknown

/** What stands in place of parameters and of the code of bundles, by name; nothing where the source stays. */
export interface Replacements {
  literalOf(name: string): string | undefined
  /** Code, and the name of the function in it that counts. */
  codeOf(name: string): { readonly code: string; readonly called: string } | undefined
}

/** @internal */
export function rewriteSource(source: string, parse: ParseSource, replacements: Replacements): string {
  let program: Syntax
  try { program = parse(source, { lang: 'ts' }) as Syntax } catch (error) {
    throw new TraceEvalError('EXPORT_SOURCE', 'expected source that parses as TypeScript, received some that does not', { cause: error, hint: 'Pass the text of the file, and a parser that reads TypeScript.' })
  }
  return new Rewriting(source, new Traces(program), replacements).run(program)
}

const LIBRARY = 'trace-eval'

class Rewriting {
  readonly #source: string
  readonly #traces: Traces
  readonly #replacements: Replacements
  // Names of the library that the text still uses.
  readonly #used = new Map<string, Syntax>()

  constructor(source: string, traces: Traces, replacements: Replacements) {
    this.#source = source
    this.#traces = traces
    this.#replacements = replacements
  }

  run(program: Syntax): string {
    const statements = program['body'] as Syntax[]
    const imports = statements.filter((statement) => statement.type === 'ImportDeclaration' && (statement['source'] as { value?: unknown }).value === LIBRARY)
    const others = new Map(statements.filter((statement) => !imports.includes(statement)).map((statement) => [statement, this.#text(statement)]))
    let text = ''
    let at = 0
    for (const statement of statements) {
      const own = others.get(statement) ?? this.#importText(statement)
      text += this.#source.slice(at, statement.start) + own
      at = statement.end
      // A line that held an import alone goes with it.
      if (own === '') at += /^[ \t]*(?:;[ \t]*)?(?:\r?\n)?/.exec(this.#source.slice(at))![0].length
    }
    return text + this.#source.slice(at)
  }

  #importText(statement: Syntax): string {
    const kept = (statement['specifiers'] as Syntax[]).filter((specifier) => this.#used.has(keyOf(specifier['local'] as Syntax)!))
    for (const specifier of kept) {
      if (statement['importKind'] === 'type' || specifier['importKind'] === 'type') continue
      const name = keyOf(specifier['local'] as Syntax)!
      throw this.#refuse(this.#used.get(name)!, `${describeValue(name)} of the library, which has no plain form`)
    }
    if (kept.length === 0) return ''
    return `import type { ${kept.map((specifier) => this.#slice(specifier).replace(/^type\s+/, '')).join(', ')} } from '${LIBRARY}'`
  }

  #slice({ start, end }: Syntax): string { return this.#source.slice(start, end) }

  #text(node: Syntax): string {
    const replaced = this.#replaced(node)
    if (replaced !== undefined) return replaced
    if (node.type === 'Identifier' && this.#traces.imported(node) !== undefined) this.#used.set(keyOf(node)!, node)
    let text = ''
    let at = node.start
    for (const child of children(node)) {
      // A shorthand property is its own key.
      if (child.start < at) continue
      text += this.#source.slice(at, child.start) + (this.#isName(node, child) ? this.#slice(child) : this.#text(child))
      at = child.end
    }
    return text + this.#source.slice(at, node.end)
  }

  // A name after a dot, or of a field, refers to nothing.
  #isName(parent: Syntax, child: Syntax): boolean {
    return parent['computed'] !== true && parent['shorthand'] !== true && child.type === 'Identifier'
      && ((parent.type === 'MemberExpression' && parent['property'] === child) || ('key' in parent && parent['key'] === child))
  }

  #replaced(node: Syntax): string | undefined {
    if (node.type === 'CallExpression') return this.#call(node)
    if (node.type === 'TaggedTemplateExpression' && this.#traces.imported(node['tag'] as Syntax) === 't') return this.#text(node['quasi'] as Syntax)
    if (node.type === 'MemberExpression' && node['computed'] !== true && ['value', '$'].includes(keyOf(node['property'] as Syntax)!) && this.#traces.isNode(node['object'] as Syntax)) return this.#operand(node['object'] as Syntax)
    if (node.type === 'TSTypeReference' && ['Node', 'NodeLike', 'Parameter'].includes(this.#traces.imported(node['typeName'] as Syntax) ?? '')) {
      const [inner] = (node['typeArguments'] as { params: Syntax[] } | null)?.params ?? []
      return inner === undefined ? 'unknown' : this.#text(inner)
    }
    return undefined
  }

  #call(node: Syntax): string | undefined {
    const [callee, given] = [bare(node['callee'] as Syntax), node['arguments'] as Syntax[]]
    const kind = this.#traces.callee(callee)
    if (kind === 'parameter' || kind === 'parameter.code') return this.#parameter(node, given)
    if (kind === 'bundle') return this.#bundle(node, given)
    if (kind === 'node' && given[0] !== undefined) return this.#operand(given[0])
    if (kind === 'untraced' && given[0] !== undefined) return `${this.#callable(given[0])}()`
    if (kind === 'derive' && given[0] !== undefined) return given[1] === undefined ? `${this.#callable(given[0])}()` : `${this.#callable(given[1])}(...${this.#operand(given[0])})`
    // `(await f()).derive(g)` is `g(await f())`.
    if (callee.type === 'MemberExpression' && keyOf(callee['property'] as Syntax) === 'derive' && this.#traces.isNode(callee['object'] as Syntax) && given[0] !== undefined) {
      return `${this.#callable(given[0])}(${this.#text(callee['object'] as Syntax)})`
    }
    if (callee.type === 'CallExpression' && this.#traces.callee(bare(callee['callee'] as Syntax)) === 'bundle') return `${this.#callable(callee)}(${given.map((argument) => this.#text(argument)).join(', ')})`
    return undefined
  }

  #parameter(node: Syntax, [name, initial]: readonly Syntax[]): string {
    if (name?.type !== 'Literal' || typeof name['value'] !== 'string' || initial === undefined) throw this.#refuse(node, 'a parameter whose name is computed')
    return this.#replacements.literalOf(name['value']) ?? this.#text(initial)
  }

  #bundle(node: Syntax, [fn, options]: readonly Syntax[]): string {
    if (fn === undefined) throw this.#refuse(node, 'a bundle without a function')
    const fields = (options?.type === 'ObjectExpression' ? options['properties'] as Syntax[] : []).filter((field) => field.type === 'Property')
    const option = (key: string): Syntax | undefined => fields.find((field) => keyOf(field['key'] as Syntax) === key)?.['value'] as Syntax | undefined
    const trainable = option('trainable')
    if (trainable === undefined || trainable['value'] === false) return this.#text(fn)
    const own = bare(fn)
    const name = (option('name')?.['value'] ?? keyOf((own['id'] as Syntax | null | undefined) ?? own)) as string | undefined
    const learned = name === undefined ? undefined : this.#replacements.codeOf(name)
    if (learned === undefined) return this.#text(fn)
    // Code may bring functions of its own beside the one that counts.
    return `(() => {\n${learned.code.replaceAll(/^export\s+(?:default\s+)?/gm, '')}\nreturn ${learned.called}\n})()`
  }

  /** An expression that may be called, or have a member read of. */
  #operand(node: Syntax): string {
    const isWhole = ['Identifier', 'MemberExpression', 'TSNonNullExpression', 'ParenthesizedExpression', 'TaggedTemplateExpression'].includes(node.type)
      || (node.type === 'CallExpression' && !['parameter', 'parameter.code', 'bundle', 'node'].includes(this.#traces.callee(bare(node['callee'] as Syntax)) ?? ''))
    return isWhole ? this.#text(node) : `(${this.#text(node)})`
  }
  #callable(node: Syntax): string { return `(${this.#text(node)})` }

  #refuse({ start }: Syntax, what: string): TraceEvalError {
    return new TraceEvalError('EXPORT_SOURCE', `expected parameters, bundles, derive and templates that can be written plainly, received ${what}`, { at: `line ${this.#source.slice(0, start).split('\n').length} of the source` })
  }
}
