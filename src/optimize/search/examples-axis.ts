/** The axis of an example list: which members of the pool it holds, and in which order. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import type { Random } from '../../core/random.ts'
import type { Domain } from '../../graph/domain.ts'
import { DENSITY_FLOOR, sameCoordinate, type Axis, type Coordinate, type Kernel } from './axis.ts'

const MIN_WIDTH = 0.05

/** What an example axis offers beside an {@link Axis}. */
export interface ExamplesAxis extends Axis {
  /** Number of different members. */
  readonly members: number
  /** How many of them a list may hold. */
  readonly max: number
}

/**
 * An axis over lists of members. Members are the pool without repeats, and examples of the initial value that the pool
 * lacks. New lists stand in the order of the pool; other orders come late, as moves of their own.
 */
export function examplesAxis(name: string, domain: Extract<Domain, { kind: 'examples' }>, initial: unknown): ExamplesAxis {
  const items = distinct([...domain.pool, ...(Array.isArray(initial) ? initial as unknown[] : [])])
  const indexByKey = new Map([...items.keys()].map((key, index) => [key, index]))
  const values = [...items.values()]
  const [members, max] = [values.length, Math.min(domain.max, values.length)]
  const everyone = values.map((_, index) => index)
  const draw = (size: number, random: Random): Coordinate => inOrder(random.shuffle(everyone).slice(0, size))
  const shape = { members, max }
  return {
    name, members, max,
    size: orderedLists(members, max),
    encode: (value) => (Array.isArray(value) ? [...new Set(value.map((item) => indexByKey.get(canonicalJson(item)) ?? -1))].filter((index) => index >= 0) : []),
    decode: (at) => at.map((index) => values[index]),
    key: canonicalJson,
    quantile: (share, random) => draw(Math.min(max, Math.floor(share * (max + 1))), random),
    *all() { for (const subset of subsets(members, max)) yield subset; for (const subset of subsets(members, max)) yield* otherOrders(subset) },
    distance: (a, b) => difference(a, b) / Math.max(1, a.length + b.length),
    firstStep: 1 / Math.max(1, max),
    moves: (from, step, random) => moves(from, step, random, shape),
    perturb: (from, _step, random) => [...moves(from, 0, random, shape)][0] ?? from,
    follow: (at, from, to) => (sameCoordinate(from, to) ? at : to),
    spread: (points) => meanDifference(points) / Math.max(1, max),
    prior: { sample: (random) => draw(random.integer(max + 1), random), logDensity: (at) => -Math.log(max + 1) - logChoose(members, at.length) },
    kernel: (center, width) => membership(center, Math.min(0.5, Math.max(MIN_WIDTH, width)), shape),
  }
}

interface Shape { readonly members: number; readonly max: number }

/** Add, remove and swap one member, mixed; then a member to the end, which only changes the order. */
function* moves(from: Coordinate, step: number, random: Random, { members, max }: Shape): Generator<Coordinate> {
  const outside = random.shuffle(Array.from({ length: members }, (_, index) => index).filter((index) => !from.includes(index)))
  const [removals, places] = [random.shuffle(from), random.shuffle(from)]
  const swaps = Math.max(1, Math.round(step * max))
  for (let turn = 0; turn < Math.max(outside.length, from.length); turn++) {
    const added = outside[turn]
    if (added !== undefined && from.length < max) yield inOrder([...from, added])
    if (added !== undefined && from.length > 0) yield inOrder(exchange(from, places, outside, turn, turn === 0 ? 1 : swaps))
    if (turn < removals.length) yield from.filter((index) => index !== removals[turn])
  }
  if (from.length > 1) for (const last of places) yield [...from.filter((index) => index !== last), last]
}

function exchange(from: Coordinate, leaving: Coordinate, joining: Coordinate, turn: number, count: number): number[] {
  const pairs = Array.from({ length: Math.min(count, from.length, joining.length) }, (_, offset) => offset)
  const out = new Set(pairs.map((offset) => leaving[(turn + offset) % leaving.length]))
  return [...from.filter((index) => !out.has(index)), ...pairs.map((offset) => joining[(turn + offset) % joining.length]!)]
}

/**
 * Independent membership around `center`: a member leaves with probability `width`, and as many join as leave on
 * average. Draws above the maximal size are cut; the density leaves that cut out, which the ratio of two densities
 * over the same list nearly cancels.
 */
function membership(center: Coordinate, width: number, { members, max }: Shape): Kernel {
  const absent = members - center.length
  const join = absent === 0 ? 0 : Math.min(0.5, width * Math.max(1, center.length) / absent)
  const [stays, leaves, joins, staysOut] = [1 - width, width, join, 1 - join].map((p) => Math.max(DENSITY_FLOOR, Math.log(p)))
  const inside = new Set(center)
  return {
    sample(random) {
      const kept = center.filter(() => random.next() >= width)
      const joined = Array.from({ length: members }, (_, index) => index).filter((index) => !inside.has(index) && random.next() < join)
      return inOrder(random.shuffle([...kept, ...joined]).slice(0, max))
    },
    logDensity(at) {
      const common = at.filter((index) => inside.has(index)).length
      return common * stays! + (center.length - common) * leaves! + (at.length - common) * joins! + (absent - at.length + common) * staysOut!
    },
  }
}

function distinct(items: readonly unknown[]): Map<string, unknown> {
  const found = new Map<string, unknown>()
  for (const item of items) { const key = canonicalJson(item); if (!found.has(key)) found.set(key, item) }
  return found
}

/** Subsets in the order of their size, each in the order of the pool. */
function* subsets(members: number, max: number): Generator<Coordinate> {
  for (let size = 0; size <= max; size++) yield* combinations([], 0, members, size)
}
function* combinations(chosen: Coordinate, from: number, members: number, size: number): Generator<Coordinate> {
  if (chosen.length === size) { yield chosen; return }
  for (let next = from; next <= members - (size - chosen.length); next++) yield* combinations([...chosen, next], next + 1, members, size)
}
function* otherOrders(subset: Coordinate): Generator<Coordinate> {
  for (const order of permutations(subset)) if (order.some((index, at) => index !== subset[at])) yield order
}
function* permutations(items: Coordinate): Generator<Coordinate> {
  if (items.length < 2) { yield items; return }
  for (const [at, first] of items.entries()) for (const rest of permutations(items.toSpliced(at, 1))) yield [first, ...rest]
}

const inOrder = (indices: readonly number[]): Coordinate => indices.toSorted((a, b) => a - b)
const difference = (a: Coordinate, b: Coordinate): number => a.filter((index) => !b.includes(index)).length + b.filter((index) => !a.includes(index)).length

function meanDifference(points: readonly Coordinate[]): number {
  const [first, ...rest] = points
  return first === undefined || rest.length === 0 ? 0 : rest.reduce((sum, point) => sum + difference(first, point), 0) / rest.length / 2
}

/** Number of ordered lists of at most `max` of `members`; `Infinity` once it is past a million. */
function orderedLists(members: number, max: number): number {
  let [total, lists] = [1, 1]
  for (let size = 1; size <= max; size++) {
    lists *= members - size + 1
    total += lists
    if (total > 1e6) return Infinity
  }
  return total
}

function logChoose(n: number, k: number): number {
  let log = 0
  for (let i = 1; i <= k; i++) log += Math.log((n - k + i) / i)
  return log
}
