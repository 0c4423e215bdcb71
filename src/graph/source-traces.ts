/** Which expressions of a source are nodes: found by the names of fields, variables and functions. Stage: graph. */

/** A node of the syntax tree; what it holds depends on `type`. */
export interface Syntax { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown }

const isSyntax = (value: unknown): value is Syntax => typeof value === 'object' && value !== null && typeof (value as Syntax).type === 'string' && typeof (value as Syntax).start === 'number'

/** The parts of `node` in source order. */
export function children(node: Syntax): Syntax[] {
  return Object.values(node).flat().filter(isSyntax).sort((a, b) => a.start - b.start || b.end - a.end)
}

const wrappers = new Set(['ParenthesizedExpression', 'TSNonNullExpression', 'TSAsExpression', 'TSSatisfiesExpression', 'ChainExpression'])

/** Without parentheses and assertions of types. */
export function bare(node: Syntax): Syntax { return wrappers.has(node.type) ? bare(node['expression'] as Syntax) : node }

/** The name of an identifier, or the text of a key. */
export function keyOf(node: Syntax): string | undefined {
  if (node.type === 'Identifier') return node['name'] as string
  return node.type === 'Literal' ? String(node['value']) : undefined
}

type Role = 'node' | 'nodes' | 'step'

export class Traces {
  // Local names of what is imported, and names that were found to hold a node, a list of nodes, or a function that gives one.
  readonly #imports = new Map<string, string>()
  readonly #roles = new Map<string, Role>()

  constructor(program: Syntax) {
    for (const statement of program['body'] as Syntax[]) {
      if (statement.type !== 'ImportDeclaration' || (statement['source'] as { value?: unknown }).value !== 'trace-eval') continue
      for (const specifier of statement['specifiers'] as Syntax[]) this.#imports.set(keyOf(specifier['local'] as Syntax)!, isSyntax(specifier['imported']) ? keyOf(specifier['imported'])! : '*')
    }
    // A function that returns what another returns is known once that one is.
    for (let known = -1; known !== this.#roles.size;) {
      known = this.#roles.size
      this.#look(program)
    }
  }

  imported(node: Syntax): string | undefined { return node.type === 'Identifier' ? this.#imports.get(node['name'] as string) : undefined }

  /** The function of the library that is called, if it is one. */
  callee(node: Syntax): string | undefined {
    if (node.type === 'MemberExpression' && this.imported(node['object'] as Syntax) === 'parameter') return `parameter.${keyOf(node['property'] as Syntax)}`
    return this.imported(node)
  }

  /** Whether `expression` gives a node, or a promise of one. */
  isNode(expression: Syntax): boolean {
    const node = bare(expression)
    switch (node.type) {
      case 'AwaitExpression': return this.isNode(node['argument'] as Syntax)
      case 'ConditionalExpression': return this.isNode(node['consequent'] as Syntax) && this.isNode(node['alternate'] as Syntax)
      case 'Identifier': return this.#roles.get(node['name'] as string) === 'node'
      case 'TaggedTemplateExpression': return this.imported(node['tag'] as Syntax) === 't'
      case 'MemberExpression': return this.#isMemberNode(node)
      case 'CallExpression': return this.#isCallNode(node)
      default: return false
    }
  }

  #isMemberNode(node: Syntax): boolean {
    const owner = bare(node['object'] as Syntax)
    if (this.#isOpened(owner)) return true
    if (node['computed'] === true) return this.#roles.get(this.#nameOf(owner)) === 'nodes'
    return this.#roles.get(this.#nameOf(node)) === 'node'
  }

  #isCallNode(node: Syntax): boolean {
    const callee = bare(node['callee'] as Syntax)
    const library = this.callee(callee)
    if (library !== undefined) return ['parameter', 'parameter.code', 'derive', 'node', 't'].includes(library)
    if (callee.type === 'CallExpression') return this.callee(bare(callee['callee'] as Syntax)) === 'bundle'
    if (callee.type === 'MemberExpression') {
      const owner = callee['object'] as Syntax
      if (this.#isOpened(bare(owner)) || (keyOf(callee['property'] as Syntax) === 'derive' && this.isNode(owner))) return true
    }
    return this.#roles.get(this.#nameOf(callee)) === 'step'
  }

  // `reply.$`, whose members are nodes.
  #isOpened(node: Syntax): boolean {
    return node.type === 'MemberExpression' && node['computed'] !== true && keyOf(node['property'] as Syntax) === '$' && this.isNode(node['object'] as Syntax)
  }

  // Variables and fields are told apart, so that a variable `tone` is no field `tone`.
  #nameOf(node: Syntax): string {
    if (node.type === 'Identifier') return node['name'] as string
    return node.type === 'MemberExpression' && node['computed'] !== true ? `.${keyOf(node['property'] as Syntax)}` : ''
  }

  #look(node: Syntax): void {
    for (const child of children(node)) this.#look(child)
    if (node.type === 'VariableDeclarator' && isSyntax(node['init'])) this.#bind(node['id'] as Syntax, node['init'])
    if (node.type === 'AssignmentExpression' && (node['left'] as Syntax).type === 'MemberExpression') this.#note(this.#nameOf(node['left'] as Syntax), node['right'] as Syntax)
    if (['PropertyDefinition', 'MethodDefinition', 'Property'].includes(node.type) && isSyntax(node['value']) && node['computed'] !== true) this.#note(`.${keyOf(node['key'] as Syntax)}`, node['value'])
    if (node.type === 'FunctionDeclaration' && isSyntax(node['id'])) this.#note(keyOf(node['id'])!, node)
  }

  #bind(id: Syntax, init: Syntax): void {
    if (id.type === 'Identifier') return this.#note(keyOf(id)!, init)
    if (!this.#isOpened(bare(init))) return
    // `const { team } = reply.$` and `const [a, b] = pair.$`
    for (const part of children(id)) {
      const target = part.type === 'Property' ? part['value'] as Syntax : part
      if (target.type === 'Identifier') this.#roles.set(keyOf(target)!, 'node')
    }
  }

  #note(name: string, value: Syntax): void {
    const held = bare(value)
    if (this.isNode(held)) this.#roles.set(name, 'node')
    else if (held.type === 'ArrayExpression' && (held['elements'] as (Syntax | null)[]).some((item) => item !== null && this.isNode(item))) this.#roles.set(name, 'nodes')
    else if (this.#isStep(held)) this.#roles.set(name, 'step')
  }

  #isStep(value: Syntax): boolean {
    if (value.type === 'CallExpression') return this.callee(bare(value['callee'] as Syntax)) === 'bundle'
    if (!['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration'].includes(value.type) || !isSyntax(value['body'])) return false
    return value['body'].type === 'BlockStatement' ? this.#returnsNode(value['body']) : this.isNode(value['body'])
  }

  #returnsNode(node: Syntax): boolean {
    if (node.type === 'ReturnStatement') return isSyntax(node['argument']) && this.isNode(node['argument'])
    if (/Function/.test(node.type)) return false
    return children(node).some((child) => this.#returnsNode(child))
  }
}
