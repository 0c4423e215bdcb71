/** Whether a proposed text repeats what stands in a case: a prompt that knows the cases by heart wins on them and nowhere else. Stage: optimize. */
import { isNode, originOf, peek } from '../../graph/node.ts'
import { topologicalOrder } from '../../graph/order.ts'
import type { CaseRun } from '../../feedback/case-run.ts'

/** Words in a row that are no accident. */
const RUN = 8
/** Characters that are looked at, of one case and of all. */
const [MAX_CASE, MAX_ALL] = [20_000, 2_000_000]

/** Texts of the cases; taken apart when something is first compared with them. */
export class CaseTexts {
  readonly #runs: ReadonlyMap<string, readonly CaseRun[]>
  // Which case a run of words stands in; the first counts.
  #places: Map<string, string> | undefined

  constructor(runs: ReadonlyMap<string, readonly CaseRun[]>) { this.#runs = runs }

  /** The longest run of words of `text` that stands in a case and not in `before`, when it is long enough to be a copy. */
  copiedBy(text: string, before: string): { readonly caseId: string; readonly words: string } | undefined {
    const words = wordsOf(text)
    if (words.length < RUN) return undefined
    const places = (this.#places ??= placesIn(this.#runs))
    const known = ` ${wordsOf(before).join(' ')} `
    let best: { caseId: string; from: number; length: number } | undefined
    for (let at = 0; at + RUN <= words.length; at++) {
      const key = words.slice(at, at + RUN).join(' ')
      const caseId = places.get(key)
      if (caseId === undefined || known.includes(` ${key} `)) continue
      let length = RUN
      while (places.get(words.slice(at + length - RUN + 1, at + length + 1).join(' ')) === caseId && at + length < words.length) length++
      if (best === undefined || length > best.length) best = { caseId, from: at, length }
      at += length - RUN
    }
    return best && { caseId: best.caseId, words: words.slice(best.from, best.from + best.length).join(' ') }
  }
}

function placesIn(runs: ReadonlyMap<string, readonly CaseRun[]>): Map<string, string> {
  const places = new Map<string, string>()
  let used = 0
  for (const [id, [run]] of runs) {
    if (run === undefined || used > MAX_ALL) continue
    const text = textsOf(run).join('\n').slice(0, MAX_CASE)
    used += text.length
    const words = wordsOf(text)
    for (let at = 0; at + RUN <= words.length; at++) {
      const key = words.slice(at, at + RUN).join(' ')
      if (!places.has(key)) places.set(key, id)
    }
  }
  return places
}

/** What a case was given and what was expected of it: not what steps made of that, which may be the prompt itself. */
function textsOf({ trace, feedback }: CaseRun): string[] {
  const given = topologicalOrder(trace.outputs).nodes.slice(0, 2000).flatMap((node) => {
    const origin = originOf(node)
    return origin.kind === 'value' ? [peek(node)] : 'inputs' in origin ? origin.inputs.filter((input) => !isNode(input)) : []
  })
  return [...given.flatMap((value) => stringsIn(value, 0)), ...feedback.flatMap(({ expected }) => expected ?? [])]
}

function stringsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || depth > 4) return []
  try { return Object.values(value).slice(0, 100).flatMap((inner) => stringsIn(isNode(inner) ? undefined : inner, depth + 1)) } catch { return [] }
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
