/** Files that are written by whoever comes first, whole or not at all, and never changed. Stage: store. */
import { randomUUID } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { writeError } from './atomic-write.ts'

/** File systems without links say so in several ways. */
const noLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK'])

/**
 * Writes `text` to `path` unless a file is there. Of several processes one wins; readers see all of it or nothing. Directories are made.
 *
 * @returns whether it was written.
 * @throws {TraceEvalError} `FILE_WRITE` when the disk refuses.
 */
export async function writeOnce(path: string, text: string): Promise<boolean> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(temporary, 'wx', 0o644)
    try {
      await file.writeFile(text, 'utf8')
      await file.sync()
    } finally {
      await file.close()
    }
    return await claim(temporary, path)
  } catch (error) {
    throw writeError(path, text, error)
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** A link takes a name only when it is free; where there are none, the last one wins, with a whole file. */
async function claim(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code === 'EEXIST') return false
    if (!noLinks.has(code)) throw error
    await rename(temporary, path)
    return true
  }
}
