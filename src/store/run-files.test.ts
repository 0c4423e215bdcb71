/** Run files stay in their directory, whatever they are named after. Stage: store. */
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fileNameOf, runDirectory, runFile } from './run-files.ts'

const anyCharacter = fc.nat({ max: 0x10_ffff }).map((code) => String.fromCodePoint(code))

it.each([
  ['ticket routing', 'ticket-routing-e98663b2'],
  ['../../etc/passwd', 'etc-passwd-3754d6cb'],
  ['CON', 'con-a3dbc4b6'],
  ['Überprüfung', 'uberprufung-15ec3a6c'],
  ['漢字', 'c6d29771'],
])('%j becomes %s', (text, name) => {
  expect(fileNameOf(text)).toBe(name)
})

it('any text is a plain file name, and two texts never share one', () => {
  const text = fc.oneof(fc.string({ unit: anyCharacter, maxLength: 60 }), fc.constantFrom('a/b', 'a b', 'A B', '\0', '..', 'x'.repeat(300)))
  fc.assert(fc.property(text, text, (a, b) => {
    expect(fileNameOf(a)).toMatch(/^(?:[a-z0-9-]{1,40}-)?[0-9a-f]{8}$/)
    if (a !== b && a.isWellFormed() && b.isWellFormed()) expect(fileNameOf(a)).not.toBe(fileNameOf(b))
  }), { numRuns: 100 })
})

it('a path outside of the run directory is refused', async () => {
  for (const parts of [['..', 'x'], ['a', '..', '..', 'x'], ['../x'], [''], ['.'], ['a\0b']]) {
    await expect(runFile('/root', ...parts)).rejects.toMatchObject({ code: 'RUN_FILE_PATH' })
  }
  expect(await runFile('/root', 'traces', 'a.json')).toBe(join('/root', '.vitest', 'trace-eval', 'traces', 'a.json'))
})

it('a symbolic link on the way is refused', async () => {
  const root = await mkdtemp(join(tmpdir(), 'run-files-'))
  try {
    const outside = join(dirname(root), basename(root))
    await mkdir(runDirectory(root), { recursive: true })
    await symlink(outside, join(runDirectory(root), 'traces'))
    await expect(runFile(root, 'traces', 'a.json')).rejects.toThrow(
      `expected a directory or a file of this run, received a symbolic link, at ${join(runDirectory(root), 'traces')}\n  Remove the link and run again.`)
    expect(await runFile(root, 'report.json')).toBe(join(runDirectory(root), 'report.json'))
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
