/** How an error reaches a person: a mistake of theirs as code, message and hint; a bug of ours with its stack. Stage: cli. */
import { TraceEvalError } from '../core/errors.ts'
import { escapeControls } from '../core/text.ts'

/** Where bugs are reported. */
export const reportBugsAt = 'the issue tracker of trace-eval'

/** The text for `error`, and what to exit with: 2 for a mistake, 4 for a bug, as nothing was measured. */
export function renderError(error: unknown): { readonly text: string; readonly exitCode: 2 | 4 } {
  if (TraceEvalError.is(error)) return { text: `error ${error.code}: ${escapeControls(error.message)}\n${renderCause(error.cause)}`, exitCode: 2 }
  const stack = error instanceof Error ? error.stack ?? `${error.name}: ${error.message}` : `thrown: ${String(error)}`
  return { text: `error INTERNAL: this is a bug in trace-eval\n${indent(stack)}\n  Please report it with these lines to ${reportBugsAt}.\n`, exitCode: 4 }
}

function renderCause(cause: unknown): string {
  if (cause === undefined) return ''
  return `${indent(cause instanceof Error ? cause.stack ?? cause.message : String(cause))}\n`
}

const indent = (text: string): string => escapeControls(text).split('\n').map((line) => `  ${line}`).join('\n')
