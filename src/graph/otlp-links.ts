/** Which span uses which, without cycles. Stage: graph. */

/**
 * Links between items in an order that they keep to: every item stands behind those it uses (Pearce and Kelly 2006, "A dynamic topological
 * sort algorithm for directed acyclic graphs"). A link that fits the order costs nothing; one that does not moves what stands between its ends.
 */
export class Links<T> {
  readonly #position = new Map<T, number>()
  readonly #sources = new Map<T, Set<T>>()
  readonly #users = new Map<T, Set<T>>()

  /**
   * Takes all links of `sourcesOf` but those that close a cycle, in one walk from the first item on.
   * @param items - Where no link says otherwise, they stand in this order.
   */
  constructor(items: readonly T[], sourcesOf: (user: T) => Iterable<T> = () => []) {
    const open = new Set<T>()
    for (const item of items) {
      if (this.#position.has(item) || open.has(item)) continue
      const path = [{ item, next: sourcesOf(item)[Symbol.iterator]() }]
      open.add(item)
      for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const { value: source, done } = top.next.next()
        if (done === true) {
          this.#position.set(top.item, this.#position.size)
          open.delete(top.item)
          path.pop()
        } else if (!open.has(source)) {
          this.#link(top.item, source)
          if (this.#position.has(source)) continue
          path.push({ item: source, next: sourcesOf(source)[Symbol.iterator]() })
          open.add(source)
        }
      }
    }
  }

  sourcesOf(user: T): ReadonlySet<T> { return this.#sources.get(user) ?? new Set() }
  isUsed(source: T): boolean { return this.#users.has(source) }

  /** Links `user` to `source`, but where `source` depends on `user`: then nothing changes, and the answer is false. */
  add(user: T, source: T): boolean {
    if (user === source || !this.#makeRoom(user, source)) return false
    this.#link(user, source)
    return true
  }

  /** Links every one of `users` to `source` that it does not depend on; one look for all of them. Answers those that were linked. */
  addAll(users: readonly T[], source: T): T[] {
    const behind = users.filter((user) => this.#at(user) < this.#at(source))
    const needed = this.#dependencies(source, new Set(behind))
    return users.filter((user) => !needed.has(user) && this.add(user, source))
  }

  #link(user: T, source: T): void {
    entry(this.#sources, user).add(source)
    entry(this.#users, source).add(user)
  }

  /** Which of `wanted` the item depends on. */
  #dependencies(of: T, wanted: ReadonlySet<T>): ReadonlySet<T> {
    const found = new Set<T>()
    if (wanted.size === 0) return found
    const first = Math.min(...[...wanted].map((item) => this.#at(item)))
    const seen = new Set([of])
    for (const item of seen) {
      if (wanted.has(item)) found.add(item)
      if (found.size === wanted.size) break
      for (const source of this.sourcesOf(item)) if (this.#at(source) >= first) seen.add(source)
    }
    return found
  }

  /** Orders the items so that `source` stands before `user`; false where it cannot. */
  #makeRoom(user: T, source: T): boolean {
    const [from, to] = [this.#at(user), this.#at(source)]
    if (to < from) return true
    const later = this.#reached(user, this.#users, (at) => at <= to)
    if (later.has(source)) return false
    const earlier = this.#reached(source, this.#sources, (at) => at >= from)
    const byPosition = (a: T, b: T): number => this.#at(a) - this.#at(b)
    const moved = [...[...earlier].sort(byPosition), ...[...later].sort(byPosition)]
    const places = moved.map((item) => this.#at(item)).sort((a, b) => a - b)
    for (const [index, item] of moved.entries()) this.#position.set(item, places[index]!)
    return true
  }

  #reached(from: T, links: ReadonlyMap<T, ReadonlySet<T>>, within: (at: number) => boolean): Set<T> {
    const seen = new Set([from])
    for (const item of seen) {
      for (const next of links.get(item) ?? []) if (within(this.#at(next))) seen.add(next)
    }
    return seen
  }

  #at(item: T): number { return this.#position.get(item)! }
}

function entry<T>(map: Map<T, Set<T>>, key: T): Set<T> {
  let found = map.get(key)
  if (found === undefined) map.set(key, (found = new Set()))
  return found
}
