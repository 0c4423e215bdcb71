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

interface Walk extends CompareRules { parts: number; held: number; readonly differences: string[] }

/** Compares plain objects and lists part by part, anything else as a whole. A key whose value is undefined is as good as none. */
export function compareValues(expected: unknown, received: unknown, rules: CompareRules): Comparison {
  const walk: Walk = { subset: rules.subset, sameText: rules.sameText, parts: 0, held: 0, differences: [] }
  compare(walk, expected, received, [])
  return walk
}

type Path = readonly (string | number)[]

function compare(walk: Walk, expected: unknown, received: unknown, path: Path): void {
  if (path.length < MAX_DEPTH && Array.isArray(expected) && Array.isArray(received)) compareLists(walk, expected, received, path)
  else if (path.length < MAX_DEPTH && isRecord(expected) && isRecord(received)) compareRecords(walk, expected, received, path)
  else if (samePart(walk, expected, received)) hold(walk, expected, path.length)
  else differ(walk, expected, `${place(path)}expected ${describeValue(expected)}, received ${describeValue(received)}`, path.length)
}

function compareLists(walk: Walk, expected: readonly unknown[], received: readonly unknown[], path: Path): void {
  if (expected.length === 0) hold(walk, [], path.length)
  expected.forEach((item, index) => {
    if (index < received.length) compare(walk, item, received[index], [...path, index])
    else differ(walk, item, `${place([...path, index])}missing ${describeValue(item)}`, path.length + 1)
  })
  for (let index = expected.length; index < received.length; index++) differ(walk, undefined, `${place([...path, index])}extra ${describeValue(received[index])}`, path.length + 1)
}

function compareRecords(walk: Walk, expected: Readonly<Record<string, unknown>>, received: Readonly<Record<string, unknown>>, path: Path): void {
  const wanted = keysOf(expected)
  if (wanted.length === 0) hold(walk, {}, path.length)
  for (const key of wanted) {
    if (Object.hasOwn(received, key) && received[key] !== undefined) compare(walk, expected[key], received[key], [...path, key])
    else differ(walk, expected[key], `${place([...path, key])}missing ${describeValue(expected[key])}`, path.length + 1)
  }
  if (walk.subset) return
  for (const key of keysOf(received).filter((key) => !Object.hasOwn(expected, key) || expected[key] === undefined)) {
    differ(walk, undefined, `${place([...path, key])}extra ${describeValue(received[key])}`, path.length + 1)
  }
}

function samePart(walk: Walk, expected: unknown, received: unknown): boolean {
  const matcher = expected as { asymmetricMatch?: (received: unknown) => unknown } | null
  if (typeof expected === 'object' && typeof matcher?.asymmetricMatch === 'function') return matcher.asymmetricMatch(received) === true
  if (typeof expected === 'string' && typeof received === 'string') return walk.sameText(expected, received)
  if (expected === received || (typeof expected !== 'object' && Object.is(expected, received))) return true
  return typeof expected === 'object' && typeof received === 'object' && canonicalJson(expected) === canonicalJson(received)
}

function hold(walk: Walk, expected: unknown, depth: number): void {
  const parts = countParts(expected, depth)
  walk.parts += parts
  walk.held += parts
}

function differ(walk: Walk, expected: unknown, line: string, depth: number): void {
  walk.parts += countParts(expected, depth)
  walk.differences.push(line)
}

/** An empty object or list is a part too. */
function countParts(value: unknown, depth: number): number {
  const inner = depth >= MAX_DEPTH ? [] : Array.isArray(value) ? value : isRecord(value) ? keysOf(value).map((key) => value[key]) : []
  return inner.length === 0 ? 1 : inner.reduce<number>((sum, item) => sum + countParts(item, depth + 1), 0)
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
