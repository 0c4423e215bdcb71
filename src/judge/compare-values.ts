/** Where two values differ, part by part. Stage: judge. */
import { canonicalJson } from '../core/canonical-json.ts'
import { describeValue } from '../core/describe-value.ts'

/** How parts are compared. */
export interface CompareRules {
  /** Keys that only the received object has do not count. */
  readonly subset: boolean
  /** Whether two texts are the same. */
  sameText(expected: string, received: string): boolean
}

/** What came of it. */
export interface Comparison {
  /** Parts of the expected value that are no objects or lists, and what the other has too much. */
  readonly parts: number
  readonly held: number
  /** One line each, in order. */
  readonly differences: readonly string[]
}

const MAX_DEPTH = 200

// `open`: the expected objects that lead here; one that comes back in itself is compared as a whole.
interface Walk extends CompareRules { parts: number; held: number; readonly differences: string[]; readonly open: Set<unknown> }

/** Compares plain objects and lists part by part, anything else as a whole. A key whose value is undefined is as good as none. */
export function compareValues(expected: unknown, received: unknown, rules: CompareRules): Comparison {
  const walk: Walk = { subset: rules.subset, sameText: rules.sameText, parts: 0, held: 0, differences: [], open: new Set() }
  compare(walk, expected, received, [])
  return walk
}

type Path = readonly (string | number)[]

function compare(walk: Walk, expected: unknown, received: unknown, path: Path): void {
  const entered = path.length < MAX_DEPTH && !walk.open.has(expected)
  walk.open.add(expected)
  if (entered && Array.isArray(expected) && Array.isArray(received)) compareLists(walk, expected, received, path)
  else if (entered && isRecord(expected) && isRecord(received)) compareRecords(walk, expected, received, path)
  else if (samePart(walk, expected, received)) hold(walk, expected)
  else differ(walk, expected, `${place(path)}expected ${describeValue(expected)}, received ${describeValue(received)}`)
  if (entered) walk.open.delete(expected)
}

function compareLists(walk: Walk, expected: readonly unknown[], received: readonly unknown[], path: Path): void {
  if (expected.length === 0) hold(walk, [])
  expected.forEach((item, index) => {
    if (index < received.length) compare(walk, item, received[index], [...path, index])
    else differ(walk, item, `${place([...path, index])}missing ${describeValue(item)}`)
  })
  for (let index = expected.length; index < received.length; index++) differ(walk, undefined, `${place([...path, index])}extra ${describeValue(received[index])}`)
}

function compareRecords(walk: Walk, expected: Readonly<Record<string, unknown>>, received: Readonly<Record<string, unknown>>, path: Path): void {
  const wanted = keysOf(expected)
  if (wanted.length === 0) hold(walk, {})
  for (const key of wanted) {
    if (Object.hasOwn(received, key) && received[key] !== undefined) compare(walk, expected[key], received[key], [...path, key])
    else differ(walk, expected[key], `${place([...path, key])}missing ${describeValue(expected[key])}`)
  }
  if (walk.subset) return
  for (const key of keysOf(received).filter((key) => !Object.hasOwn(expected, key) || expected[key] === undefined)) {
    differ(walk, undefined, `${place([...path, key])}extra ${describeValue(received[key])}`)
  }
}

function samePart(walk: Walk, expected: unknown, received: unknown): boolean {
  const matcher = expected as { asymmetricMatch?: (received: unknown) => unknown } | null
  if (typeof expected === 'object' && typeof matcher?.asymmetricMatch === 'function') return matcher.asymmetricMatch(received) === true
  if (typeof expected === 'string' && typeof received === 'string') return walk.sameText(expected, received)
  if (expected === received || (typeof expected !== 'object' && Object.is(expected, received))) return true
  return typeof expected === 'object' && typeof received === 'object' && canonicalJson(expected) === canonicalJson(received)
}

function hold(walk: Walk, expected: unknown): void {
  const parts = countParts(expected)
  walk.parts += parts
  walk.held += parts
}

function differ(walk: Walk, expected: unknown, line: string): void {
  walk.parts += countParts(expected)
  walk.differences.push(line)
}

/** An empty object or list is a part too, and so is one that comes back in itself. */
function countParts(value: unknown, open: ReadonlySet<unknown> = new Set()): number {
  const inner = open.has(value) || open.size >= MAX_DEPTH ? [] : Array.isArray(value) ? value : isRecord(value) ? keysOf(value).map((key) => value[key]) : []
  if (inner.length === 0) return 1
  const within = new Set(open).add(value)
  return inner.reduce<number>((sum, item) => sum + countParts(item, within), 0)
}

const keysOf = (value: Readonly<Record<string, unknown>>): string[] => Object.keys(value).filter((key) => value[key] !== undefined)

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === null || prototype === Object.prototype) && typeof (value as { asymmetricMatch?: unknown }).asymmetricMatch !== 'function'
}

function place(path: Path): string {
  if (path.length === 0) return ''
  const text = path.map((key, index) => (typeof key === 'number' ? `[${key}]` : /^[A-Za-z_$][\w$]*$/.test(key) ? `${index === 0 ? '' : '.'}${key}` : `[${describeValue(key)}]`)).join('')
  return `at ${text}: `
}
