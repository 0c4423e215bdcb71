/** Files that are there whole or not at all, also after a crash or a full disk. Stage: store. */
import { randomUUID } from 'node:crypto'
import { lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'

/** A temporary file of an earlier write that is older than this was left by a crash. */
const STRAY_AFTER_MS = 3_600_000

/**
 * Writes `text` as UTF-8 to `path`: into a temporary file beside it, flushed, then renamed over it. Whoever reads
 * sees the old content or the new one. Directories are made; temporary files that a crash left behind are removed.
 *
 * @throws {TraceEvalError} `FILE_WRITE` when the disk refuses, `FILE_SYMLINK` when `path` is a symbolic link. The
 * old content is untouched then.
 */
export async function writeFileAtomic(path: string, text: string): Promise<void> {
  const mode = await modeOf(path)
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFlushed(temporary, text, mode)
    await removeStrays(path, temporary)
    await rename(temporary, path)
  } catch (error) {
    // Where even removing fails, the first failure is the one to tell.
    await rm(temporary, { force: true }).catch(() => undefined)
    throw writeError(path, text, error)
  }
  await flushDirectory(dirname(path))
}

/** Permission bits that the file has now, so that they stay. */
async function modeOf(path: string): Promise<number> {
  const known = await lstat(path).catch(() => undefined)
  if (known?.isSymbolicLink()) {
    throw new TraceEvalError('FILE_SYMLINK', 'expected a file, received a symbolic link', { at: path, hint: 'Remove the link: writing through it would change a file elsewhere.' })
  }
  return known === undefined ? 0o644 : known.mode & 0o777
}

async function writeFlushed(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(text, 'utf8')
    await file.sync()
  } finally {
    await file.close()
  }
}

// Ages are compared on the file system's own clock: no other clock is sure to agree with it.
async function removeStrays(path: string, fresh: string): Promise<void> {
  const { mtimeMs } = await stat(fresh)
  const prefix = `.${basename(path)}.`
  const strays = (await readdir(dirname(path))).filter((name) => name.startsWith(prefix) && /^[0-9a-f-]{36}\.tmp$/.test(name.slice(prefix.length)))
  for (const stray of strays.map((name) => join(dirname(path), name))) {
    // Another process may have removed it meanwhile: then there is nothing to do.
    const age = await stat(stray).then((found) => mtimeMs - found.mtimeMs, () => 0)
    if (age > STRAY_AFTER_MS) await rm(stray, { force: true })
  }
}

// Makes the rename itself durable. Windows cannot open a directory and needs no flush.
async function flushDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try { await handle.sync() } finally { await handle.close() }
}

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space on this disk and run again.',
  EDQUOT: 'Your quota on this disk is used up: free some space and run again.',
  EACCES: 'Give yourself the right to write there.',
  EPERM: 'Give yourself the right to write there.',
  EROFS: 'This file system is read-only.',
  EISDIR: 'There is a directory of this name: remove or rename it.',
  ENOTDIR: 'A part of this path is a file: remove or rename it.',
}

/** What a person is told when the disk refuses `text`. @internal */
export function writeError(path: string, text: string, error: unknown): TraceEvalError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  const hint = hints[code]
  return new TraceEvalError('FILE_WRITE', `expected to write ${Buffer.byteLength(text)} bytes, received ${code} from the file system`,
    { at: path, cause: error, ...(hint === undefined ? {} : { hint }) })
}
