/** The space an optimizer searches: one axis per parameter, and points in it. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import type { ParameterValues } from '../../feedback/case-run.ts'
import type { ParameterKind } from '../../graph/domain.ts'
import { sameCoordinate, type Axis, type Coordinate } from './axis.ts'
import { examplesAxis } from './examples-axis.ts'
import { numberAxis } from './number-axis.ts'
import { optionAxis } from './option-axis.ts'
import type { ParameterSpec } from '../optimizer.ts'

/** One coordinate per axis of the space, in its order. */
export type Point = readonly Coordinate[]

/** Whether two points are the same place on every axis. */
export function samePoint(a: Point, b: Point): boolean {
  return a.every((coordinate, index) => sameCoordinate(coordinate, b[index]!))
}

/** The kinds of parameters that have an axis; texts and free values have none. */
export const SEARCHED_KINDS: readonly ParameterKind[] = ['number', 'boolean', 'choice', 'examples']

/** The search space of some parameters. */
export interface SearchSpace {
  /** In declaration order; parameters without an axis are left out. */
  readonly axes: readonly Axis[]
  /** The spec of each axis. */
  readonly specs: readonly ParameterSpec[]
  /** The point of some values; a value that is not given is the initial one. */
  pointOf(values: ParameterValues): Point
  /** Text that is the same for the same values of all parameters, those without an axis included. */
  keyOf(values: ParameterValues): string
  /** What `to` changes against `values`, which lie at `from`; or nothing where a value fails its parameter's check. */
  changes(values: ParameterValues, from: Point, to: Point): ParameterValues | undefined
}

/** The space of `parameters`. Two values are the same when their canonical JSON is; for choices, when they are the same choice. */
export function searchSpace(parameters: readonly ParameterSpec[]): SearchSpace {
  const pairs = parameters.flatMap((spec) => { const axis = axisOf(spec); return axis === undefined ? [] : [{ spec, axis }] })
  const [axes, specs] = [pairs.map(({ axis }) => axis), pairs.map(({ spec }) => spec)]
  const byName = new Map(axes.map((axis) => [axis.name, axis]))
  const initial = Object.fromEntries(parameters.map((spec) => [spec.name, spec.initial]))
  return {
    axes, specs,
    pointOf: (values) => specs.map((spec, index) => axes[index]!.encode(valueOf(values, spec))),
    keyOf: (values) => canonicalJson(Object.entries({ ...initial, ...values })
      .map(([name, value]) => [name, byName.get(name)?.key(value) ?? canonicalJson(value)]).sort(([a], [b]) => (a! < b! ? -1 : 1))),
    changes: (values, from, to) => changesBetween(specs, axes, { values, from, to }),
  }
}

function changesBetween(
  specs: readonly ParameterSpec[], axes: readonly Axis[], { values, from, to }: { values: ParameterValues; from: Point; to: Point },
): ParameterValues | undefined {
  const changes: Record<string, unknown> = {}
  for (const [index, axis] of axes.entries()) {
    // A coordinate that did not move keeps its value, digits beyond the scale's own included.
    if (sameCoordinate(from[index]!, to[index]!)) continue
    const checked = specs[index]!.check(axis.decode(to[index]!))
    if ('problem' in checked) return undefined
    if (axis.key(checked.value) !== axis.key(valueOf(values, specs[index]!))) changes[axis.name] = checked.value
  }
  return changes
}

function axisOf(spec: ParameterSpec): Axis | undefined {
  switch (spec.domain.kind) {
    case 'number': return numberAxis(spec.name, spec.domain, spec.initial)
    case 'boolean': return optionAxis(spec.name, [false, true])
    case 'choice': return optionAxis(spec.name, spec.domain.choices)
    case 'examples': return examplesAxis(spec.name, spec.domain, spec.initial)
    case 'text': case 'code': case 'value': return undefined
  }
}

const valueOf = (values: ParameterValues, spec: ParameterSpec): unknown => (Object.hasOwn(values, spec.name) ? values[spec.name] : spec.initial)
