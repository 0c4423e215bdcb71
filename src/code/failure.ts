/** What the engine says about a failure, as an error with a place, a cause and a fix. Stage: code. */
import { describeValue, shorten } from '../core/describe-value.ts'
import { CodeError, type CodePlace } from './code-error.ts'
import { LINES_BEFORE, type CellFailure, type CellOptions } from './cell.ts'

export const FILE = 'proposal.ts'

/** Where `stack` says that proposed code was; what it says comes from that code, so it is only a number within the source. */
export function placeIn(stack: string | undefined, source: string): CodePlace | undefined {
  const found = /proposal\.ts:(\d{1,7}):(\d{1,7})/.exec(stack ?? '')
  const line = Number(found?.[1]) - LINES_BEFORE
  return found && line >= 1 && line <= source.split('\n').length ? { line, column: Number(found[2]) } : undefined
}

/** The error of a failed call of `name`. */
export function failureError(failure: CellFailure, source: string, name: string, limits: CellOptions): CodeError {
  const { code } = failure
  const place = placeIn(failure.stack, source)
  const fail = (message: string, hint?: string): CodeError => new CodeError(code, message, { place, source, ...(hint !== undefined && { hint }) })
  const message = shorten(failure.message ?? '', 500)
  switch (code) {
    case 'CODE_SYNTAX': return message === 'no such function' ? fail(`expected a function ${name}, received code that declares none`) : fail(`expected JavaScript, received: ${message}`)
    case 'CODE_TIMEOUT': return fail(`expected ${name} to end within ${limits.timeMs} ms, received no end`, 'Look for a loop that never ends, a slow regular expression, or too much work.')
    case 'CODE_MEMORY': return fail(`expected ${name} to need at most ${limits.memoryMb} MB, received a need for more`)
    case 'CODE_STACK': return fail(`expected ${name} to nest calls less deeply, received a stack overflow`, 'Look for a recursion that never ends.')
    case 'CODE_RESULT': return message === 'a promise that never settles'
      ? fail(`expected ${name} to give a result, received ${message}`)
      : fail(`expected ${name} to give ${message}`, failure.path ? `It is at result${shorten(failure.path, 200)}.` : undefined)
    case 'CODE_ERROR': return fail(`expected ${name} to return, received ${shorten(failure.name || 'a thrown value', 80)}: ${message}`)
    case 'CODE_DISPOSED': return fail('expected a code runner in use, received one that was disposed of')
    default: return fail(`expected ${name} to run, received a failure of the engine: ${describeValue(message)}`, 'The next call gets a new engine.')
  }
}
