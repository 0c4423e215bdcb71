/** Merges that are not complete, told by the eval files. Stage: cli. */
import { expect, test } from 'vitest'
import { refuseMissingFiles } from './merged-files.ts'

test('an eval file that no blob has is named, with what to do', () => {
  refuseMissingFiles(['a.eval.ts'], ['a.eval.ts', 'b.eval.ts'], 'blobs')
  expect(() => refuseMissingFiles(['a.eval.ts', 'b.eval.ts'], ['a.eval.ts'], 'blobs')).toThrow(`expected results of 2 eval files in the blobs, received none of "b.eval.ts", at blobs
  Put the blobs of every shard into this directory, also of those that failed, and merge with the filters the shards had.`)
  expect(() => refuseMissingFiles(['a', 'b', 'c', 'd'], [], 'blobs')).toThrow('received none of "a", "b", "c" and 1 more')
})
