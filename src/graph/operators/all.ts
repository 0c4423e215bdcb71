/** Every operator: those of the language, and the functions on its values. Stage: graph. */
import { op as languageOperators } from '../operators.ts'
import { listOperators } from './lists.ts'
import { numberOperators } from './numbers.ts'
import { objectOperators } from './objects.ts'
import { textOperators } from './text.ts'

/**
 * The `op` of `trace-eval`, and the functions of JavaScript on numbers, texts, lists, objects, maps and sets, as traced
 * functions: one node each, whose inputs are the arguments. They compute what the method of the same name does and throw what
 * it throws, but copy where that would change its object: no argument ever changes.
 *
 * @example
 * ```ts
 * const tags = node([' red ', 'blue'], 'tags')
 * op.join(op.append(tags, 'x'), '|').value // ' red |blue|x'
 * op.map(tags, (tag) => op.trim(tag)).value // ['red', 'blue']
 * op.set(node({ team: 'billing' }), 'team', node('human')).value // { team: 'human' }
 * ```
 */
export const op = { ...languageOperators, ...numberOperators, ...textOperators, ...listOperators, ...objectOperators }
