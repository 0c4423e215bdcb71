/** Whether all shards of a run are there before they are merged. Stage: cli. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'

/**
 * Looks at the names that the blob reporter gives to shards, `blob-1-3.json`. Files with other names say nothing.
 *
 * @throws {TraceEvalError} `SHARD_MISSING` when some of a set are there and others are not: a verdict over the rest would
 * be one over fewer workflows than somebody asked for; and when one of them was cut off while it was written or copied.
 */
export async function checkShards(directory: string): Promise<void> {
  // What is wrong with the directory itself, Vitest says.
  const names = await readdir(resolve(directory)).catch(() => [])
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

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
