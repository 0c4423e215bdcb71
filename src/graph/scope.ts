/** Name scopes: a prefix for the names of everything that is made inside. Stage: graph. */
import { currentContext, runInContext } from './context.ts'
import type { Step } from './origin.ts'

/**
 * Runs `run`; nodes and parameters made inside are named `name/…`. Scopes inside each other join: `planner/draft/prompt`.
 * It holds for what `run` starts, however long that takes, and for nothing else.
 * A parameter made inside refuses a prefix that its name could not have, such as one with a colon.
 *
 * @example
 * ```ts
 * const tone = nameScope('planner', () => parameter('tone', 'Be brief.'))
 * tone.name // 'planner/tone'
 * ```
 */
export function nameScope<R>(name: string, run: () => R): R {
  return runInContext({ ...currentContext(), scope: scopedName(name) }, run)
}

/** `name` with the prefix of the scope it is made in. @internal */
export function scopedName(name: string): string {
  const { scope } = currentContext()
  return scope === undefined || typeof name !== 'string' ? name : `${scope}/${name}`
}

const scopedSteps = new WeakMap<Step, Map<string, Step>>()

/** `step`, whose nodes have the prefix of `scope`; the operation keeps its name. The same object for the same pair, as long as there are few scopes. @internal */
export function scopedStep(step: Step, scope: string | undefined): Step {
  if (scope === undefined) return step
  const known = scopedSteps.get(step) ?? new Map<string, Step>()
  scopedSteps.set(step, known)
  // A description may be written out only when somebody asks for it.
  const scoped = known.get(scope) ?? { ...step, name: step.name, output: `${scope}/${step.output ?? step.name}`, get description() { return step.description }, get meta() { return step.meta } }
  // A scope may be made for every request that a server answers.
  if (known.size > 99) known.clear()
  known.set(scope, scoped)
  return scoped
}
