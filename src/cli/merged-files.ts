/** Whether merged blobs have every eval file: half a suite must not pass for a whole one, whatever the blobs are called. Stage: cli. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'

/**
 * `wanted` are the eval files that fit the filters, `merged` those that blobs have results of.
 *
 * @throws {TraceEvalError} `SHARD_MISSING` when one of them is in no blob.
 */
export function refuseMissingFiles(wanted: readonly string[], merged: readonly string[], directory: string): void {
  const found = new Set(merged)
  const missing = wanted.filter((file) => !found.has(file))
  if (missing.length === 0) return
  const named = missing.slice(0, 3).map((file) => describeValue(file)).join(', ')
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : ''
  throw new TraceEvalError('SHARD_MISSING', `expected results of ${wanted.length} eval files in the blobs, received none of ${named}${more}`,
    { at: directory, hint: 'Put the blobs of every shard into this directory, also of those that failed, and merge with the filters the shards had.' })
}
