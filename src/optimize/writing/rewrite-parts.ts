/** A rewritten text taken apart: with what it left out, and without single additions. Stage: optimize. */

/** A rewrite, taken apart. */
export interface RewriteParts {
  /** With the sentences that it left out put back; none where it added nothing or left out nothing. */
  readonly restored?: string
  /** All of both texts without one of the additions each; none where there are fewer than two, or too many to tell much one by one. */
  readonly without: readonly string[]
  /** The sentences that it added. */
  readonly additions: readonly string[]
  /** All of both texts without some of the additions. */
  except(additions: ReadonlySet<string>): string
}

const MAX_ADDITIONS = 4

/**
 * Other texts between `before` and `after`, sentence by sentence. Whoever rewrites a text loses a line now and then, or adds one too
 * many; the rest of the rewrite need not go with it. None for a text that was written anew: less than half of its sentences stayed.
 */
export function rewriteParts(before: string, after: string): RewriteParts {
  const [old, now] = [unitsOf(before), unitsOf(after)]
  const [had, has] = [new Set(old.map(({ text }) => text)), new Set(now.map(({ text }) => text))]
  const lost = old.filter(({ text }) => !has.has(text))
  const added = now.filter(({ text }) => !had.has(text))
  if (old.length === 0 || added.length === 0 || lost.length * 2 > old.length) return { without: [], additions: [], except: () => after }
  const whole = lost.length === 0 ? now : putBack(old, now, has)
  const single = added.length > MAX_ADDITIONS || added.length < 2 ? [] : added
  const except = (additions: ReadonlySet<string>): string => textOf(whole.filter(({ text }) => !additions.has(text)))
  return {
    ...(lost.length > 0 && { restored: textOf(whole) }),
    without: single.map(({ text }) => except(new Set([text]))), additions: added.map(({ text }) => text), except,
  }
}

/** `text` without some of its sentences or lines. */
export function withoutSentences(text: string, sentences: ReadonlySet<string>): string {
  const units = unitsOf(text)
  const left = units.filter((unit) => !sentences.has(unit.text))
  return left.length === units.length ? text : textOf(left)
}

/** A sentence or line, and the space that follows it. */
interface Unit { readonly text: string; readonly space: string }

function unitsOf(text: string): Unit[] {
  const pieces = text.split(/((?<=[.!?])[ \t]+|[ \t]*(?:\r?\n)+[ \t]*)/)
  const units: Unit[] = []
  for (let at = 0; at < pieces.length; at += 2) if (pieces[at] !== '') units.push({ text: pieces[at]!, space: pieces[at + 1] ?? '' })
  return units
}

/** Each unit of `old` that is gone goes behind the one it stood behind. */
function putBack(old: readonly Unit[], now: readonly Unit[], has: ReadonlySet<string>): Unit[] {
  const whole = [...now]
  let place = 0
  for (const unit of old) {
    if (has.has(unit.text)) place = whole.findIndex(({ text }) => text === unit.text) + 1
    else whole.splice(place++, 0, unit)
  }
  return whole
}

function textOf(units: readonly Unit[]): string {
  return units.map(({ text, space }, index) => (index === units.length - 1 ? text : text + (space === '' ? ' ' : space))).join('')
}
