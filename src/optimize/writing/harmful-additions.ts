/** What a rewrite added that new failures speak of. Stage: optimize. */
import type { CaseRun } from '../../feedback/case-run.ts'
import { failuresOf } from './reflect-evidence.ts'
import { runsBetween, wordsOf } from './shared-words.ts'

type Runs = ReadonlyMap<string, readonly CaseRun[]>

/** A failure and a sentence speak of the same from this many words in a row on that both hold. */
const LEAST_RUN = 3

/**
 * Those of `additions` with which the failures of `after` that were not in `before` share the longest run of words, each failure for itself; every one with
 * the failure that tells. A rule that makes something fail is often named by what fails; where it is not, nothing comes out.
 */
export function harmfulAdditions(before: Runs, after: Runs, additions: readonly string[]): ReadonlyMap<string, string> {
  // What failed at other cases before was there before.
  const known = new Set(failuresOf(before).map(({ text }) => text))
  const harmful = new Map<string, string>()
  for (const { text } of failuresOf(after)) {
    if (known.has(text)) continue
    const runs = runsBetween(wordsOf(text), additions.map(wordsOf))
    const longest = Math.max(0, ...runs)
    if (longest < LEAST_RUN) continue
    for (const [index, addition] of additions.entries()) if (runs[index] === longest && !harmful.has(addition)) harmful.set(addition, text)
  }
  return harmful
}
