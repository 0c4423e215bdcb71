/** Proposed TypeScript as what the engine takes, kept as long as it is proposed. Stage: code. */
import { describeValue } from '../core/describe-value.ts'
import { CodeError } from './code-error.ts'
import { stripTypes, withoutExports } from './strip-types.ts'

const KEPT = 200
const made = new Map<string, string>()

/** JavaScript of `source` without exports, every position as it was. */
export function prepared(source: string, name: string): string {
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) throw new CodeError('CODE_SYNTAX', `expected the name of a function, received ${describeValue(name)}`)
  let code = made.get(source)
  if (code === undefined) {
    code = withoutExports(stripTypes(source))
    if (made.size >= KEPT) made.delete(made.keys().next().value!)
    made.set(source, code)
  }
  return code
}
