/** A merge that lacks a shard is no verdict. Stage: cli. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkShards } from './shards.ts'

async function folderOf(...names: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trace-eval-shards-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const name of names) await writeFile(join(folder, name), '[]')
  return folder
}

test.for([
  [['blob-1-2.json', 'blob-2-2.json']], [['blob.json', '1.json', 'notes.txt']], [['blob-linux-1-2.json', 'blob-linux-2-2.json', 'blob-mac-1-1.json']],
] as const)('%j is whole, as far as names tell', async ([names]) => {
  await expect(checkShards(await folderOf(...names))).resolves.toBe(undefined)
})

test.for([
  [['blob-1-3.json', 'blob-3-3.json'], 'expected blobs of 3 shards, received 2: missing 2 of 3'],
  [['blob-1-2.json', 'blob-2-2.json', 'blob-mac-2-3.json'], 'expected blobs of 3 shards, received 1: missing 1 of 3, 3 of 3'],
] as const)('%j lacks a shard', async ([names, message]) => {
  await expect(checkShards(await folderOf(...names))).rejects.toThrow(message)
})

test('a blob that ends in the middle is not merged', async () => {
  const folder = await folderOf('blob-1-2.json', 'blob-2-2.json')
  await writeFile(join(folder, 'blob-2-2.json'), '[["5.1.1",')
  await expect(checkShards(folder)).rejects.toThrow(expect.objectContaining({
    code: 'SHARD_MISSING', message: `expected the whole blob of a shard, received text that is not JSON, at ${join(folder, 'blob-2-2.json')}\n  Its job ended while it wrote this, or it was copied in part. Run that shard again, then merge.`,
  }))
})

test('a folder without blobs is refused, with what to do', async () => {
  const [empty, nested] = [await folderOf(), await folderOf('blob-1-2.json', 'blob-2-2.json')]
  await mkdir(join(nested, 'blob-3'))
  const refused = async (folder: string): Promise<unknown> => checkShards(folder).catch((error: { code: string; message: string }) => `${error.code}: ${error.message}`)
  const write = 'Shards write blobs with --reporter=blob --outputFile.blob=FILE; bring those of all shards here, then merge.'

  expect(await refused('/no/such/folder')).toBe(`BLOBS_MISSING: expected a folder with the blobs of a run, received no folder, at /no/such/folder\n  ${write}`)
  expect(await refused(empty)).toBe(`BLOBS_MISSING: expected a folder with the blobs of a run, received an empty one, at ${empty}\n  ${write}`)
  expect(await refused(join(nested, 'blob-1-2.json'))).toBe(`BLOBS_MISSING: expected a folder with the blobs of a run, received a file, at ${join(nested, 'blob-1-2.json')}\n  Name the folder that it lies in.`)
  expect(await refused(nested)).toBe(`BLOBS_MISSING: expected a folder with the blobs of a run, received one with the folder "blob-3" in it, at ${nested}
  Put all blobs beside each other: of actions/download-artifact, \`merge-multiple: true\` does it.`)
})
