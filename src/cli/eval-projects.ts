/** Makes every project of a Vitest run eval files, and nothing else. Stage: cli. */
import type { TestProject, Vitest } from 'vitest/node'
import { codePlugin } from '../vitest/code-transform.ts'
import { otherRunner, runnerPath } from '../vitest/config.ts'

/** What an eval file is called. */
export const evalPattern = '**/*.eval.{ts,tsx,mts,js,mjs}'
const neverInside = ['**/node_modules/**', '**/dist/**']

/**
 * Sets include, exclude and runner of each project; everything else of the user's config stays. Projects that share a
 * folder would run each eval file again: there, those whose own `include` names eval files run them, or else the first.
 *
 * @throws {TraceEvalError} `CONFIG_RUNNER` when a project has a runner of its own.
 */
export function useForEvals(vitest: Vitest): void {
  const chosen = chooseProjects(vitest.projects)
  for (const project of new Set([vitest.getRootProject(), ...vitest.projects])) {
    const { config } = project
    const runner = runnerPath()
    if (config.runner !== undefined && config.runner !== runner) throw otherRunner(config.runner)
    config.runner = runner
    config.include = chosen.has(project) ? [evalPattern] : []
    config.exclude = [...new Set([...config.exclude, ...neverInside])]
    config.includeSource = []
    config.typecheck.enabled = false
  }
}

function chooseProjects(projects: readonly TestProject[]): ReadonlySet<TestProject> {
  const chosen = new Set<TestProject>()
  for (const group of Map.groupBy(projects, ({ config }) => config.dir ?? config.root).values()) {
    const named = group.filter(({ config }) => config.include.some((pattern) => pattern.includes('eval')))
    for (const project of named.length > 0 ? named : group.slice(0, 1)) chosen.add(project)
  }
  return chosen
}

/** Supplies sources of trainable functions in the root project and in those written into its config; one with a file of its own needs the plugin there. */
export function codeForProjects(): object {
  return {
    ...codePlugin(),
    config({ test }: { test?: { projects?: unknown[] } }): void {
      for (const project of test?.projects ?? []) {
        if (typeof project !== 'object' || project === null) continue
        const inline = project as { plugins?: unknown[] }
        inline.plugins = [...inline.plugins ?? [], codePlugin()]
      }
    },
  }
}
