/** The cases of one workflow: which of its tests stand for them, what they are called, and how they run. Stage: vitest. */
import type { RunnerTestCase, RunnerTestSuite } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import type { TrainingCase } from '../feedback/case-run.ts'
import { definitionKey, type CaseDefinition } from './case-api.ts'
import type { RunnableCase } from './case-run.ts'
import { eachHooks, type EachHooks, type HookOrder } from './hooks.ts'

/** A test of the suite that stands for a case. */
interface FoundCase { readonly id: string; readonly test: RunnerTestCase; readonly definition: CaseDefinition }

/** The cases that run. */
export class WorkflowCases {
  /** Whether a filter left some out. */
  readonly partial: boolean
  readonly #suite: RunnerTestSuite
  readonly #found: readonly FoundCase[]
  readonly #ids: ReadonlyMap<RunnerTestCase, string>

  /** @throws {TraceEvalError} `NO_CASES`, `CASE_DUPLICATE`. */
  constructor(workflow: string, suite: RunnerTestSuite, definitions: readonly CaseDefinition[]) {
    const at = `workflow ${JSON.stringify(workflow)}`
    if (definitions.length === 0) {
      throw new TraceEvalError('NO_CASES', 'expected at least one case, received none', { at, hint: "Add cases with it('title', async ({ run }) => { … }) or it.for(rows)('$id', …)." })
    }
    const { run, partial } = findTests(suite, definitions)
    this.partial = partial
    this.#suite = suite
    this.#found = run.map(({ test, definition }) => ({ id: caseId(test, suite), test, definition }))
    this.#ids = new Map(this.#found.map(({ test, id }) => [test, id]))
    const seen = new Set<string>()
    for (const { id } of this.#found) {
      if (seen.has(id)) {
        throw new TraceEvalError('CASE_DUPLICATE', `expected every case to have a title of its own, received ${JSON.stringify(id)} twice`,
          { at, hint: 'Put a field of the row into the title, as in it.for(rows)(\'$id\', …), or its number with %#.' })
      }
      seen.add(id)
    }
  }

  /** The case that `test` stands for; none of a test that somebody wrote into the suite. */
  idOf(test: RunnerTestCase): string | undefined { return this.#ids.get(test) }

  /** The tests that stand for the cases. */
  get tests(): Iterable<RunnerTestCase> { return this.#ids.keys() }

  /** By id. */
  get definitions(): ReadonlyMap<string, CaseDefinition> { return new Map(this.#found.map(({ id, definition }) => [id, definition])) }

  /** As training sees them. */
  get forTraining(): TrainingCase[] {
    return this.#found.map(({ id, definition: { options: { cluster, trials, mustPass, tags } } }) =>
      ({ id, ...(cluster !== undefined && { cluster }), ...(trials !== undefined && { trials }), ...(mustPass !== undefined && { mustPass }), ...(tags !== undefined && { tags }) }))
  }

  /** With their hooks, by id. */
  runnable(hookOrder: HookOrder, timeoutMs: number): Map<string, RunnableCase> {
    const hooks = new Map<RunnerTestSuite, EachHooks>()
    return new Map(this.#found.map(({ id, test, definition }) => {
      const suite = test.suite ?? this.#suite
      if (!hooks.has(suite)) hooks.set(suite, eachHooks(suite, hookOrder))
      return [id, { id, definition, test, suite, hooks: hooks.get(suite)!, timeoutMs: definition.options.timeout ?? timeoutMs }]
    }))
  }
}

function findTests(suite: RunnerTestSuite, definitions: readonly CaseDefinition[]): { run: Omit<FoundCase, 'id'>[]; partial: boolean } {
  const run: Omit<FoundCase, 'id'>[] = []
  let partial = definitions.some(({ mode }) => mode === 'only')
  const visit = (found: RunnerTestSuite): void => {
    for (const task of found.tasks) {
      if (task.type === 'suite') visit(task)
      const index = (task.meta as { [definitionKey]?: number })[definitionKey]
      if (task.type !== 'test' || index === undefined) continue
      const definition = definitions[index]!
      if (task.mode === 'run' || task.mode === ('queued' as never)) run.push({ test: task, definition })
      // Only a filter hides a case that its author did not skip.
      else if (definition.mode !== 'skip') partial = true
    }
  }
  visit(suite)
  return { run, partial }
}

function caseId(test: RunnerTestCase, until: RunnerTestSuite): string {
  const path = [test.name]
  for (let suite = test.suite; suite !== undefined && suite !== until; suite = suite.suite) path.unshift(suite.name)
  return path.join(' > ')
}
