/** Makes a graph small enough to be looked at: several nodes become one, and no way through the graph is lost. Stage: picture. */
import type { Drawn } from './read-graph.ts'

/** One node, or several that are drawn as one. */
export interface Group {
  members: Drawn[]
  /** Given values that are written into this box. */
  readonly folded: Drawn[]
  readonly sources: Set<Group>
  readonly users: Set<Group>
}

/** Above this, nodes are put together by their order alone. */
const MANY = 5000

/**
 * Groups for `nodes`, sources before users: each alone up to `maxNodes`, else at most 60 % as many. As long as there are
 * too many: given values move into the boxes that use them; runs without a branch become one, then nodes that equal each
 * other in name, sources and users, both first among those that are not blamed; then everything but outputs, errors, parameters and what is near
 * the outputs, as it stands in the order between them. Every edge between two groups stands for one between members,
 * and no cycle arises.
 */
export function collapse(nodes: readonly Drawn[], maxNodes: number): Group[] {
  return nodes.length <= maxNodes ? inOrder(singles(nodes)) : reduce(nodes, Math.ceil(maxNodes * 0.6))
}

function reduce(nodes: readonly Drawn[], maxNodes: number): Group[] {
  let groups = nodes.length > MANY ? joinByOrder(nodes, maxNodes) : singles(nodes)
  if (groups.length > maxNodes) groups = foldValues(groups)
  for (const blamedToo of [false, true]) {
    for (let before = Infinity; groups.length > maxNodes && groups.length < before;) {
      before = groups.length
      groups = joinRuns(groups, blamedToo)
      if (groups.length > maxNodes) groups = joinAllEquals(groups, blamedToo)
    }
  }
  return groups.length > maxNodes ? joinByOrder(inOrder(groups).flatMap(({ members }) => members), maxNodes) : inOrder(groups)
}

function singles(nodes: readonly Drawn[]): Group[] {
  return connect(nodes.map((node) => [node]))
}

/** Groups of these members, with the edges between them. */
function connect(parts: readonly Drawn[][]): Group[] {
  const groups = parts.map((members): Group => ({ members, folded: [], sources: new Set(), users: new Set() }))
  const groupOf = new Map(groups.flatMap((group) => group.members.map((member) => [member, group] as const)))
  for (const group of groups) {
    for (const node of group.members.flatMap(({ sources }) => sources)) {
      const source = groupOf.get(node)
      // What is in no group was folded before.
      if (source === undefined) group.folded.push(node)
      else if (source !== group) {
        group.sources.add(source)
        source.users.add(group)
      }
    }
  }
  return groups
}

function foldValues(groups: readonly Group[]): Group[] {
  const [values, others] = [groups.filter(isFoldable), groups.filter((group) => !isFoldable(group))]
  for (const value of values) {
    for (const user of value.users) {
      user.folded.push(...value.members)
      user.sources.delete(value)
    }
  }
  return others
}

const isFoldable = ({ members, users }: Group): boolean => users.size > 0 && members.every(({ kind, output }) => kind === 'value' && !output)
const isBlamed = ({ members }: Group): boolean => members.some(({ blamed }) => blamed)
const isPlain = ({ members }: Group): boolean => members.every(({ kind, output }) => kind === 'step' && !output)

/** Steps of which each is the only source of the next and has no other user. */
function joinRuns(groups: readonly Group[], blamedToo: boolean): Group[] {
  const joins = (group: Group): boolean => isPlain(group) && (blamedToo || !isBlamed(group))
  const gone = new Set<Group>()
  for (const group of inOrder(groups)) {
    const [source] = group.sources
    if (group.sources.size !== 1 || source!.users.size !== 1 || !joins(group) || !joins(source!) || isBlamed(group) !== isBlamed(source!)) continue
    merge(group, source!)
    gone.add(source!)
  }
  return groups.filter((group) => !gone.has(group))
}

/** To the end once begun: no branch shall be half put together. */
function joinAllEquals(groups: readonly Group[], blamedToo: boolean): Group[] {
  const joined = joinEquals(groups, blamedToo)
  return joined.length < groups.length ? joinAllEquals(joined, blamedToo) : joined
}

/** Of nodes that differ in their values alone the first one stays, as an example. */
function joinEquals(groups: readonly Group[], blamedToo: boolean): Group[] {
  const ids = new Map(groups.map((group, index) => [group, `#${index}`]))
  const kinds = new Map<string, number>()
  const shapes = new Map<Group, string>()
  const alike = new Map<string, Group[]>()
  for (const group of inOrder(groups)) {
    // Sources that nothing else uses count by what they are: of several branches that meet, whole ones can equal each other.
    const sources = Array.from(group.sources, (one) => (one.users.size === 1 ? shapes.get(one)! : ids.get(one)!)).sort()
    const shape = JSON.stringify([group.members.map(({ kind, node }) => [kind, node.name]), isBlamed(group), sources])
    const number = kinds.get(shape) ?? kinds.size
    kinds.set(shape, number)
    shapes.set(group, `=${number}`)
    if (group.members.some(({ kind, output }) => kind === 'error' || output) || (!blamedToo && isBlamed(group))) continue
    const key = `${number} ${Array.from(group.users, (one) => ids.get(one)!).sort().join()}`
    const found = alike.get(key)
    if (found === undefined) alike.set(key, [group])
    else found.push(group)
  }
  const gone = new Set<Group>()
  for (const found of alike.values()) {
    const [first, ...rest] = hasExample(found[0]!) ? found.slice(1) : found
    for (const other of rest) {
      merge(first!, other)
      gone.add(other)
    }
  }
  return groups.filter((group) => !gone.has(group))
}

/** Whether one of several equal groups stays as an example: not below a box that is no example either. */
function hasExample({ users }: Group): boolean { return users.size === 0 || Array.from(users).some(({ members }) => members.length === 1) }

/** `other` becomes a part of `group`, with its edges. */
function merge(group: Group, other: Group): void {
  group.members = [...other.members, ...group.members]
  group.folded.push(...other.folded)
  for (const source of other.sources) {
    source.users.delete(other)
    if (source !== group) source.users.add(group)
    if (source !== group) group.sources.add(source)
  }
  for (const user of other.users) {
    user.sources.delete(other)
    if (user !== group) user.sources.add(group)
    if (user !== group) group.users.add(user)
  }
}

/** Sources before their users: what a walk from the last groups meets. */
function inOrder(groups: readonly Group[]): Group[] {
  const ordered: Group[] = []
  const seen = new Set<Group>()
  for (const start of groups) {
    const path: [Group, Group[]][] = seen.has(start) ? [] : [[start, [...start.sources]]]
    seen.add(start)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top[1].shift()
      if (next === undefined) {
        ordered.push(top[0])
        path.pop()
      } else if (!seen.has(next)) {
        seen.add(next)
        path.push([next, [...next.sources]])
      }
    }
  }
  return ordered
}

/**
 * Keeps as many single nodes as fit, the most telling ones; what stands between two of them in the order becomes one
 * group. Groups are stretches of an order in which sources come first: no cycle can arise.
 */
function joinByOrder(nodes: readonly Drawn[], maxNodes: number): Group[] {
  const ranked = rank(nodes)
  const cut = (count: number): Drawn[][] => {
    const kept = new Set(ranked.slice(0, count))
    const parts: Drawn[][] = []
    let open: Drawn[] | undefined
    for (const node of nodes) {
      if (kept.has(node)) [open] = [undefined, parts.push([node])]
      else if (open === undefined) parts.push((open = [node]))
      else open.push(node)
    }
    return parts
  }
  // Of k kept nodes come 2k + 1 parts at most.
  let [low, high] = [Math.floor((maxNodes - 1) / 2), maxNodes]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (cut(middle).length <= maxNodes) low = middle
    else high = middle - 1
  }
  return connect(cut(low))
}

const weight = ({ kind, output }: Drawn): number => (output ? 0 : kind === 'error' ? 1 : kind === 'parameter' ? 2 : 3)

/** Outputs, errors, parameters, then the nearest to the outputs, blamed ones first. */
function rank(nodes: readonly Drawn[]): Drawn[] {
  const distance = new Map<Drawn, number>()
  for (const node of nodes.toReversed()) {
    const own = distance.get(node) ?? 0
    for (const source of node.sources) distance.set(source, Math.min(own + 1, distance.get(source) ?? Infinity))
  }
  const order = (node: Drawn): number => (distance.get(node) ?? 0) * 2 + (node.blamed ? 0 : 1)
  return nodes.toSorted((a, b) => weight(a) - weight(b) || order(a) - order(b))
}
