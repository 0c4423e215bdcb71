/** Where a run keeps its files: `.vitest/trace-eval/` under the root, and nowhere else. Stage: store. */
import { lstat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { sha256 } from '../core/hash.ts'
import { TraceEvalError } from '../core/errors.ts'

/** The directory of a root's run files. It can be deleted at any time: nothing in it is needed. */
export function runDirectory(root: string): string {
  return join(root, '.vitest', 'trace-eval')
}

/**
 * A file name for any text: its letters and digits, then 8 hex digits of its hash, so that two texts never share a
 * file on any system. `../../etc/x` → `etc-x-56da1a2e`.
 */
export function fileNameOf(text: string): string {
  const slug = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 40).replace(/^-|-$/g, '')
  const hash = sha256(text).slice(0, 8)
  return slug === '' ? hash : `${slug}-${hash}`
}

/**
 * The path of a run file, its parts below the run directory.
 *
 * @throws {TraceEvalError} `RUN_FILE_PATH` when it would lie outside, `RUN_FILE_SYMLINK` when the directory or a part
 * of the path is a symbolic link, which could lead outside.
 */
export async function runFile(root: string, ...parts: readonly string[]): Promise<string> {
  const path = join(runDirectory(root), ...parts)
  const inside = relative(runDirectory(root), path)
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside) || path.includes('\0')) {
    throw new TraceEvalError('RUN_FILE_PATH', `expected a path inside ${runDirectory(root)}, received ${JSON.stringify(parts.join('/'))}`, { hint: 'Make names into file names with fileNameOf.' })
  }
  await refuseSymlinks(root, relative(root, path).split(sep))
  return path
}

async function refuseSymlinks(root: string, parts: readonly string[]): Promise<void> {
  let path = root
  for (const part of parts) {
    path = join(path, part)
    const found = await lstat(path).catch(() => undefined)
    if (found === undefined) return
    if (found.isSymbolicLink()) {
      throw new TraceEvalError('RUN_FILE_SYMLINK', 'expected a directory or a file of this run, received a symbolic link', { at: path, hint: 'Remove the link and run again.' })
    }
  }
}
