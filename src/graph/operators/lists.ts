/** Operators on lists, and on what texts and lists have in common. They copy, and never change what they are given. Stage: graph. */
import { answerOf, type Answer } from './answer.ts'
import { callingOperator, operator } from './operator.ts'

type Sequence = string | readonly unknown[]
/** Of a text a text, of a list a list of the same items. */
type Same<T> = T extends string ? string : T extends readonly (infer Item)[] ? Item[] : never
type ItemOf<T> = T extends string ? string : T extends readonly (infer Item)[] ? Item : never

/** @internal */
export const listOperators = {
  /** Of a text or list. */
  length: operator('length', (of: Sequence) => of.length),
  /** The item or character at `index`, from the end where it is negative. */
  at: operator('at', <T extends Sequence>(of: T, index: number) => of.at(index) as ItemOf<T> | undefined),
  slice: operator('slice', <T extends Sequence>(of: T, start?: number, end?: number) => of.slice(start, end) as Same<T>),
  includes: operator('includes', <T extends Sequence>(of: T, item: ItemOf<T>) => of.includes(item as never)),
  /** Where `item` is first, or -1. */
  indexOf: operator('indexOf', <T extends Sequence>(of: T, item: ItemOf<T>) => of.indexOf(item as never)),
  toReversed: operator('toReversed', <T>(list: readonly T[]) => list.toReversed()),
  /** Without `compare` by the items as texts, as in JavaScript: `10` comes before `9`. */
  toSorted: callingOperator('toSorted', <T>(list: readonly T[], compare?: (a: T, b: T) => Answer<number>) =>
    list.toSorted(compare && ((a, b) => answerOf(compare(a, b))))),
  /** With another item at `index`, from the end where it is negative. */
  with: operator('with', <T>(list: readonly T[], index: number, item: T) => list.with(index, item)),
  append: operator('append', <T>(list: readonly T[], item: T): T[] => [...list, item]),
  extend: operator('extend', <T>(list: readonly T[], more: readonly T[]): T[] => [...list, ...more]),
  insert: operator('insert', <T>(list: readonly T[], index: number, item: T) => list.toSpliced(index, 0, item)),
  removeAt: operator('removeAt', <T>(list: readonly T[], index: number) => list.toSpliced(index, 1)),
  /** Without the first item that is `===` to this one, if there is any. */
  remove: operator('remove', <T>(list: readonly T[], item: T) => {
    const index = list.indexOf(item)
    return index < 0 ? [...list] : list.toSpliced(index, 1)
  }),
  flat: operator('flat', <T>(list: readonly (readonly T[])[]) => list.flat() as T[]),
  /** The function gets plain values; nodes that it gives back or reads are inputs. */
  map: callingOperator('map', <T, R>(list: readonly T[], each: (item: T, index: number) => R) => list.map((item, index) => each(item, index))),
  filter: callingOperator('filter', <T>(list: readonly T[], keep: (item: T, index: number) => Answer<boolean>) =>
    list.filter((item, index) => answerOf(keep(item, index)))),
  reduce: callingOperator('reduce', <T, R>(list: readonly T[], join: (sum: R, item: T, index: number) => Answer<R>, initial: R): R =>
    list.reduce((sum: R, item, index) => answerOf(join(sum, item, index)), initial)),
  find: callingOperator('find', <T>(list: readonly T[], test: (item: T, index: number) => Answer<boolean>) =>
    list.find((item, index) => answerOf(test(item, index)))),
  some: callingOperator('some', <T>(list: readonly T[], test: (item: T, index: number) => Answer<boolean>) =>
    list.some((item, index) => answerOf(test(item, index)))),
  every: callingOperator('every', <T>(list: readonly T[], test: (item: T, index: number) => Answer<boolean>) =>
    list.every((item, index) => answerOf(test(item, index)))),
}
