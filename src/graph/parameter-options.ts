/** The options of `parameter`, and how they decide its type. Stage: graph. */
import type { SchemaInput, SchemaOutput } from './standard-schema.ts'
import type { NodeLike } from './types.ts'

/** Brings a proposed value into shape. It must leave its own answers as they are. */
// oxlint-disable-next-line no-explicit-any -- one type for all kinds, so that a function written in place gets a type at all
export type Projection = (value: any) => unknown

/** What all parameters may say of themselves. */
interface Described {
  /** What it is for; whoever proposes values reads it. */
  readonly description?: string
}
/** What all parameters but code may say of themselves. */
export interface Projected extends Described {
  /**
   * Applied in order to every value that the parameter is given, the first one included, before the check.
   * Texts, numbers and booleans are projected only where the value is one; anything else is refused anyway.
   */
  readonly project?: Projection | readonly Projection[]
}
/** A text. */
export interface TextOptions extends Projected { /** Characters. @defaultValue no limit */ readonly maxLength?: number }
/** A number. */
export interface NumberOptions extends Projected {
  /** Lowest and highest value, both allowed. @defaultValue no limit */
  readonly range?: readonly [low: number, high: number]
  /** Whole numbers only. @defaultValue false */
  readonly integer?: boolean
  /** Search by ratio instead of by difference; needs a range above 0. @defaultValue false */
  readonly log?: boolean
}
/** One of several values. */
export interface ChoiceOptions<C> extends Projected { readonly choices: readonly C[] }
/** A list of few-shot examples, chosen from a pool. */
export interface ExamplesOptions<E> extends Projected {
  /** What to choose from. */
  readonly pool: readonly E[]
  /** How many at most. @defaultValue 8, or the size of the pool */
  readonly max?: number
}
/** Any value that a Standard Schema (Zod, Valibot, ArkType, …) accepts. */
export interface SchemaOptions<S> extends NumberOptions, TextOptions {
  /** Must accept what it answers: a constraint, not a conversion. */
  readonly schema: S
}

export type Options<V, C, E, S> = ChoiceOptions<C> | ExamplesOptions<E> | SchemaOptions<S> | OwnOptions<V>
type OwnOptions<V> = [V] extends [NodeLike<infer T>] ? OwnOptions<T> : [V] extends [string] ? TextOptions : [V] extends [number] ? NumberOptions : [V] extends [boolean] ? Projected : never
// Whichever of choices (C), schema (S) and pool (E) is given decides the type; otherwise the value does.
type ByOption<C, S, E, IfChoices, IfSchema, IfPool, Else> =
  [C] extends [never] ? ([S] extends [never] ? ([E] extends [never] ? Else : IfPool) : IfSchema) : IfChoices
export type Initial<V, C, E, S> = ByOption<C, S, E, NoInfer<C>, SchemaInput<NoInfer<S>>, readonly NoInfer<E>[], OwnType<V>>
export type Learned<V, C, E, S> = ByOption<C, S, E, C, SchemaOutput<S>, readonly E[], Widened<V>>
type OwnType<V> = [V] extends [Scalars | NodeLike<Scalars>] ? V : 'a value of this type needs a schema'
type Scalars = string | number | boolean
type Widened<V> = V extends NodeLike<infer T> ? Widened<T> : V extends string ? string : V extends number ? number : V extends boolean ? boolean : never
export type Scalar = string | number | boolean | null
