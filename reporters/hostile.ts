/** Reports whose every text tries to take over what shows it. For tests. Stage: reporters. */

const names = new Set(['kind', 'verdict', 'level', 'split', 'change', 'how', 'stopReason', 'purpose', 'state', 'metric', 'startedAt', 'against'])

/** `value` with `attack` behind every text that is foreign. */
export function hostile<T>(value: T, attack: string): T {
  const inside = (one: unknown, key = ''): unknown => {
    if (typeof one === 'string') return names.has(key) ? one : `${one}${attack}`
    if (Array.isArray(one)) return one.map((item) => inside(item))
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([name, item]) => [name, inside(item, name)]))
  }
  return inside(value) as T // the shape is the same, only texts differ
}
