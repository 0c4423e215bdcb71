/** Whether all shards of a run are there before they are merged. Stage: cli. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'

/**
 * Looks at the names that the blob reporter gives to shards, `blob-1-3.json`. Files with other names say nothing.
 *
 * @throws {TraceEvalError} `SHARD_MISSING` when some of a set are there and others are not: a verdict over the rest would
 * be one over fewer workflows than somebody asked for; when one of them was cut off while it was written or copied.
 * `BLOBS_MISSING` when `directory` is no folder with blobs: another was meant, as a rule.
 */
export async function checkShards(directory: string): Promise<void> {
  const names = await blobNames(directory)
  const found = names.flatMap((name) => {
    const [, label, index, count] = /^(.*?)-?(\d+)-(\d+)\.json$/.exec(name) ?? []
    return index === undefined ? [] : [{ set: `${label} ${count}`, index: Number(index), count: Number(count) }]
  })
  for (const [, shards] of Map.groupBy(found, ({ set }) => set)) {
    const { count } = shards[0]!
    const missing = Array.from({ length: count }, (_, index) => index + 1).filter((index) => !shards.some((shard) => shard.index === index))
    if (missing.length === 0 || count > 10_000) continue
    throw new TraceEvalError('SHARD_MISSING', `expected blobs of ${count} shards, received ${shards.length}: missing ${missing.slice(0, 10).map((index) => `${index} of ${count}`).join(', ')}`, {
      at: directory, hint: 'Its job ended before it wrote a blob, or its files were not brought here. Run that shard again, then merge.',
    })
  }
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const text = await readFile(join(resolve(directory), name), 'utf8').catch(() => '[]')
    if (isWhole(text)) continue
    throw new TraceEvalError('SHARD_MISSING', 'expected the whole blob of a shard, received text that is not JSON', {
      at: join(directory, name), hint: 'Its job ended while it wrote this, or it was copied in part. Run that shard again, then merge.',
    })
  }
}

/** The files of `directory`, of which there has to be one. */
async function blobNames(directory: string): Promise<string[]> {
  const refuse = (received: string, hint: string): never => {
    throw new TraceEvalError('BLOBS_MISSING', `expected a folder with the blobs of a run, received ${received}`, { at: directory, hint })
  }
  const entries = await readdir(resolve(directory), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return refuse('a file', 'Name the folder that it lies in.')
    return refuse(error.code === 'ENOENT' ? 'no folder' : `one that cannot be read (${error.code})`, writeBlobs)
  })
  const folder = entries.find((entry) => entry.isDirectory())
  if (folder !== undefined) refuse(`one with the folder ${describeValue(folder.name)} in it`, 'Put all blobs beside each other: of actions/download-artifact, `merge-multiple: true` does it.')
  return entries.length === 0 ? refuse('an empty one', writeBlobs) : entries.map(({ name }) => name)
}

const writeBlobs = 'Shards write blobs with --reporter=blob --outputFile.blob=FILE; bring those of all shards here, then merge.'

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
