/** Texts whose parts stay traced. Stage: graph. */
import { asText } from './as-text.ts'
import type { Step } from './origin.ts'
import { rolesOf } from './step-inputs.ts'
import { runStep } from './traced-node.ts'
import type { Node } from './types.ts'

const step: Step = { name: 'template', description: 'a text with values in it', pure: true }

/**
 * A template whose parts stay traced: t`${instructions}\n\nTicket: ${ticket}`. Nodes become inputs; objects
 * and arrays are written as JSON.
 *
 * @example
 * ```ts
 * const language = parameter('language', 'Dutch', { choices: ['Dutch', 'Frisian'] })
 * t`Answer in ${language}.`.value // 'Answer in Dutch.'
 * ```
 */
export function t(strings: TemplateStringsArray, ...parts: readonly (string | number | boolean | bigint | object | null | undefined)[]): Node<string> {
  return runStep(step, rolesOf(parts), parts, (...values: unknown[]) => {
    let text = strings[0]!
    for (let i = 0; i < values.length; i++) text += String(asText(values[i])) + strings[i + 1]!
    return text
  })
}
