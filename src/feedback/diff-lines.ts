/** A plain-text line diff of two printed values. Stage: feedback. */
import { diffArrays } from 'diff/lib/diff/array.js'

const CONTEXT = 3

/**
 * Lines of `expected` that `received` lacks with `-`, the other way round with `+`, three lines of context;
 * none when the two are the same or too far apart to compare.
 *
 * @example
 * ```ts
 * diffLines('a\nb', 'a\nc') // '  a\n- b\n+ c'
 * ```
 */
export function diffLines(expected: string, received: string): string | undefined {
  if (expected === received) return undefined
  const before = expected.split('\n')
  const after = received.split('\n')
  if (before.length === 1 && after.length === 1) return `- ${expected}\n+ ${received}`
  const parts = diffArrays(before, after, { maxEditLength: 400 })
  if (parts === undefined) return undefined
  const lines = parts.flatMap(({ value, added, removed }, index) => {
    const mark = added ? '+ ' : removed ? '- ' : '  '
    const marked = value.map((line) => mark + line)
    return added || removed ? marked : nearChanges(marked, index === 0, index === parts.length - 1)
  })
  return lines.join('\n')
}

function nearChanges(lines: string[], first: boolean, last: boolean): string[] {
  const head = first ? 0 : CONTEXT
  const tail = last ? 0 : CONTEXT
  if (lines.length <= head + tail + 1) return lines
  const hidden = lines.length - head - tail
  return [...lines.slice(0, head), `  … ${hidden} equal lines`, ...(tail === 0 ? [] : lines.slice(-tail))]
}
