/** Rules of whole-or-nothing writes. Stage: store. */
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeFileAtomic } from './atomic-write.ts'

let directory: string
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'atomic-')) })
afterEach(() => rm(directory, { recursive: true, force: true }))

const stray = '.a.json.00000000-0000-4000-8000-000000000000.tmp'

it('a written file has the content, makes its directories and leaves no temporary file', async () => {
  const path = join(directory, 'deep/er/a.json')
  await writeFileAtomic(path, 'first')
  await writeFileAtomic(path, 'zweiter ✓ 漢')
  expect(await readFile(path, 'utf8')).toBe('zweiter ✓ 漢')
  expect(await readdir(join(directory, 'deep/er'))).toEqual(['a.json'])
})

it('a temporary file that is older than an hour is removed, a fresh one stays', async () => {
  const [old, fresh, foreign] = [stray, stray.replace('0000-4', '0001-4'), '.a.json.notes.tmp'].map((name) => join(directory, name)) as [string, string, string]
  for (const path of [old, fresh, foreign]) await writeFile(path, 'half')
  const longAgo = Date.now() / 1000 - 7200
  await utimes(old, longAgo, longAgo)
  await utimes(foreign, longAgo, longAgo)
  await writeFileAtomic(join(directory, 'a.json'), 'x')
  expect((await readdir(directory)).sort()).toEqual(['.a.json.notes.tmp', fresh.slice(directory.length + 1), 'a.json'].sort())
})

it('a symbolic link is refused and what it points at stays', async () => {
  await writeFile(join(directory, 'target'), 'kept')
  await symlink(join(directory, 'target'), join(directory, 'a.json'))
  await expect(writeFileAtomic(join(directory, 'a.json'), 'x')).rejects.toMatchObject({ code: 'FILE_SYMLINK' })
  expect(await readFile(join(directory, 'target'), 'utf8')).toBe('kept')
})

it('a failed write names the path, the bytes and the fix, and leaves nothing behind', async () => {
  const path = join(directory, 'a.json')
  await mkdir(path)
  await expect(writeFileAtomic(path, 'ä')).rejects.toThrow(
    `expected to write 2 bytes, received EISDIR from the file system, at ${path}\n  There is a directory of this name: remove or rename it.`)
  expect(await readdir(directory)).toEqual(['a.json'])
})

it('a path through a file is refused and the file stays', async () => {
  await writeFile(join(directory, 'file'), 'kept')
  await expect(writeFileAtomic(join(directory, 'file/a.json'), 'x')).rejects.toMatchObject({ code: 'FILE_WRITE' })
  expect(await readFile(join(directory, 'file'), 'utf8')).toBe('kept')
})

it.skipIf(process.platform === 'win32')('the permissions of the file stay', async () => {
  const path = join(directory, 'a.json')
  await writeFile(path, 'x')
  await chmod(path, 0o600)
  await writeFileAtomic(path, 'y')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
})

it('of many writers at once one wins whole', async () => {
  const path = join(directory, 'a.json')
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000))
  await Promise.all(texts.map((text) => writeFileAtomic(path, text)))
  expect(texts).toContain(await readFile(path, 'utf8'))
  expect(await readdir(directory)).toEqual(['a.json'])
})
