/** How an error reaches a person: a mistake of theirs as code, message and hint; a bug of ours with its stack. Stage: cli. */
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { TraceEvalError } from '../core/errors.ts'
import { redactSecrets } from '../core/redact.ts'
import { escapeControls } from '../core/text.ts'

/** Where bugs are reported. */
const reportBugsAt = 'the issue tracker of trace-eval'

/** The text for `error`, without secrets, and what to exit with: 2 for a mistake, 4 for a bug or a shard that is missing, as nothing was measured. */
export function renderError(error: unknown): { readonly text: string; readonly exitCode: 2 | 4 } {
  const { text, exitCode } = rendered(error)
  return { text: redactSecrets(text), exitCode }
}

function rendered(error: unknown): { readonly text: string; readonly exitCode: 2 | 4 } {
  if (TraceEvalError.is(error)) return { text: `error ${error.code}: ${escapeControls(error.message)}\n${renderCause(error.cause)}`, exitCode: error.code === 'SHARD_MISSING' ? 4 : 2 }
  const stack = error instanceof Error ? error.stack ?? `${error.name}: ${error.message}` : `thrown: ${String(error)}`
  return { text: `error INTERNAL: this is a bug in trace-eval\n${indent(stack)}\n  Please report it with these lines to ${reportBugsAt}.\n`, exitCode: 4 }
}

function renderCause(cause: unknown): string {
  if (cause === undefined) return ''
  const text = cause instanceof Error ? cause.stack ?? cause.message : String(cause)
  return `${indent(text.split('\n').filter((line) => !isOwnFrame(line) && !isForeignFrame(line)).join('\n').trimEnd())}\n`
}

/** Whether `error` was thrown by our own code, as far as its stack tells. */
export function isOurs(error: unknown): boolean {
  const [first] = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  return first !== undefined && isOwnFrame(first)
}

// The built files lie flat in one folder.
const ownFolders = (import.meta.url.endsWith('.ts') ? ['../', '../../reporters/'] : ['./']).map((folder) => fileURLToPath(new URL(folder, import.meta.url)).replaceAll('\\', '/'))
const isOwnFrame = (line: string): boolean => /^\s+at /.test(line) && ownFolders.some((folder) => line.replaceAll('\\', '/').includes(folder))

/** Frames of Node and of packages: nobody who reads this can change them. A config that Vite bundled is the user's. */
const isForeignFrame = (line: string): boolean => /^\s+at .*(?:node:|[\\/]node_modules[\\/](?!\.vite-temp[\\/])|<anonymous>\)$)/.test(line)

const indent = (text: string): string => escapeControls(stripVTControlCharacters(text)).split('\n').map((line) => `  ${line}`).join('\n')
