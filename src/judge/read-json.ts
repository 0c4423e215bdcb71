/** Outputs that should be JSON, as a value or as text. Stage: judge. */
import { describeValue } from '../core/describe-value.ts'
import { jsonErrorPlace } from '../store/json-error.ts'

/** The value, or what is wrong with the text. A value that is no text is taken as it is. */
export function readJson(output: unknown): { readonly value: unknown } | { readonly problem: string } {
  if (typeof output !== 'string') return { value: output }
  try {
    return { value: JSON.parse(output) as unknown }
  } catch {
    const place = jsonErrorPlace(output)
    const at = place === undefined ? '' : `, which stops being JSON at line ${place.line}, column ${place.column}`
    return { problem: `expected JSON, received ${describeValue(output)}${at}` }
  }
}
