/** Saved code on disk: one readable source file per code parameter, beside the params file. Stage: store. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'
import { sha256 } from '../core/hash.ts'
import type { SavedParameter } from './parse-params.ts'

/** Code of a parameter as a source file. */
export interface CodeFile {
  /** Relative to the folder of the params file, with `/`. */
  readonly file: string
  readonly text: string
  /** Of `text`. */
  readonly hash: string
}

/** Stands before the code, after the types that it uses. */
const MARK = '// The code:'

/** The file for the code of parameter `name`: `route.params.json` → `route.code/pick.ts`. */
export function codeFile(paramsFile: string, name: string, saved: SavedParameter): CodeFile {
  const plain = name.replaceAll(/[^\w$-]+/g, '_')
  const stem = plain === name ? plain : `${plain}.${sha256(name).slice(0, 6)}`
  const text = codeText(basename(paramsFile), name, saved)
  return { file: `${basename(paramsFile).replace(/\.params\.json$/, '')}.code/${stem}.ts`, text, hash: sha256(text) }
}

function codeText(params: string, name: string, { value, function: called = '', types }: SavedParameter): string {
  return [
    `// Code of parameter ${JSON.stringify(name)}, saved by \`trace-eval accept\`. After a change by hand, take its "hash" out of ${params}.`,
    ...types === undefined || types.includes(MARK) ? [] : [types],
    MARK, exported(String(value).replaceAll(/\r\n?/g, '\n').trim(), called),
  ].join('\n') + '\n'
}

const declares = (name: string, exports: string): RegExp => new RegExp(`^${exports}(?=(?:async\\s+)?function\\s+${escaped(name)}(?![\\w$])|const\\s+${escaped(name)}(?![\\w$]))`, 'm')
const escaped = (name: string): string => name.replaceAll('$', '\\$')

const unexported = (source: string, name: string): string => source.replace(declares(name, 'export\\s+'), '')

/** Production imports the function by its name. */
function exported(source: string, name: string): string { return source.replace(declares(name, ''), 'export ') }

/**
 * The code in the file that the params file at `path` refers to, as the parameter has it.
 *
 * @throws {TraceEvalError} `CODE_FILE_PATH` when it lies outside of the params file's folder, `CODE_FILE_UNREADABLE`,
 * `CODE_FILE_CHANGED` when it is not what was accepted.
 */
export async function readCode(path: string, { file, hash, function: called = '' }: { readonly file: string; readonly hash?: unknown; readonly function?: string }): Promise<{ value: string; types?: string }> {
  const inside = normalize(file)
  if (isAbsolute(inside) || inside.startsWith('..') || file.includes('\0')) throw new TraceEvalError('CODE_FILE_PATH', `expected a file beside the params file, received ${JSON.stringify(file)}`, { at: path })
  const place = join(dirname(path), inside)
  const text = (await readFile(place, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TraceEvalError('CODE_FILE_UNREADABLE', `expected the accepted code in a file that can be read, received ${error.code ?? String(error)}`,
      { at: place, cause: error, hint: `Restore it from version control, or take its parameter out of ${basename(path)}.` })
  })).replaceAll(/\r\n?/g, '\n')
  if (hash !== undefined && hash !== sha256(text)) {
    throw new TraceEvalError('CODE_FILE_CHANGED', `expected the code that was accepted, with the hash ${String(hash).slice(0, 12)}…, received other code, with the hash ${sha256(text).slice(0, 12)}…`,
      { at: place, hint: `If the change is meant, review it and take "hash" of this parameter out of ${basename(path)}; else restore the file from version control.` })
  }
  return acceptedCode(text, called) ?? { value: unexported(text.trim(), called) }
}

/** The code in the text of a file that `accept` wrote, and the types that it uses; nothing of any other file. */
export function acceptedCode(text: string, called: string): { value: string; types?: string } | undefined {
  const mark = text.indexOf(`${MARK}\n`)
  if (mark < 0) return undefined
  const types = text.slice(text.indexOf('\n') + 1, mark).trim()
  return { value: unexported(text.slice(mark + MARK.length + 1).trim(), called), ...(types !== '' && { types }) }
}
