/** Vitest, started and run for evals; what it refuses becomes a mistake with its fix. Stage: cli. */
import { relative } from 'node:path'
import type { TestProject, Vitest } from 'vitest/node'
import { TraceEvalError } from '../core/errors.ts'
import { nearestName } from '../core/text.ts'
import { isOurs } from './errors.ts'
import { codeForProjects, evalPattern } from './eval-projects.ts'
import type { VitestModule } from './load-vitest.ts'
import { refuseMissingFiles } from './merged-files.ts'
import { checkShards } from './shards.ts'
import type { VitestOptions } from './vitest-arguments.ts'

/** Vitest with the user's config; it has run nothing yet. */
export async function startVitest({ createVitest }: VitestModule, options: VitestOptions, plugin: object, output: NodeJS.WriteStream, watch = false): Promise<Vitest> {
  process.env['TEST'] = 'true'
  process.env['VITEST'] = 'true'
  process.env['NODE_ENV'] ??= 'test'
  try {
    return await createVitest('test', { ...options, watch, run: !watch } as never, { plugins: [plugin, codeForProjects()] } as never, { stdout: output, stderr: process.stderr } as never)
  } catch (error) {
    if (TraceEvalError.is(error)) throw error
    throw new TraceEvalError('VITEST_START', 'expected Vitest to start with this config, received an error', { cause: error })
  }
}

/** Runs the files that fit `filter`. */
export async function runFirst(vitest: Vitest, filter: string[]): Promise<void> {
  await start(vitest, filter).catch((error: unknown) => { throw asVitestError(error) })
}

async function start(vitest: Vitest, filter: string[]): Promise<void> {
  process.exitCode = undefined
  if (vitest.config.mergeReports) return mergeBlobs(vitest, vitest.config.mergeReports, filter)
  if ((await vitest.globTestSpecifications(filter)).length === 0) throw noEvalFiles(vitest, filter)
  await vitest.start(filter).catch((error: unknown) => {
    // Files there are, but none of them is left after --changed, --shard and the like.
    if ((error as { code?: string }).code !== 'VITEST_FILES_NOT_FOUND') throw error
    if (!vitest.config.passWithNoTests) throw noEvalFiles(vitest, filter)
  })
}

async function mergeBlobs(vitest: Vitest, directory: string, filter: string[]): Promise<void> {
  await checkShards(directory)
  await vitest.mergeReports()
  const merged = vitest.state.getTestModules().map(({ relativeModuleId, moduleId, project }) => relativeModuleId ?? inProject(project, moduleId))
  const wanted = (await vitest.globTestSpecifications(filter)).map(({ moduleId, project }) => inProject(project, moduleId))
  refuseMissingFiles(wanted, merged, directory)
}

// Another machine has its files elsewhere: only the path inside the project is the same.
const inProject = ({ config }: TestProject, file: string): string => relative(config.root, file).replaceAll('\\', '/')

/** Ends the run that goes on. What goes wrong meanwhile comes out of the run itself. */
export const cancelRun = (vitest: Vitest): void => { vitest.cancelCurrentRun('keyboard-input').catch(() => undefined) }

/** What Vitest refuses (a shard without files, a line without a test, a missing provider) is a mistake; what we throw is not. */
function asVitestError(error: unknown): unknown {
  if (TraceEvalError.is(error) || isOurs(error)) return error
  return new TraceEvalError('VITEST_RUN', 'expected Vitest to run these files, received an error', { cause: error })
}

function noEvalFiles(vitest: Vitest, filter: readonly string[]): TraceEvalError {
  const wanted = filter.length === 0 ? '' : ` whose path contains ${filter.map((text) => `"${text}"`).join(' or ')}`
  const hint = filter.length === 0
    ? `An eval file is called like ${evalPattern}. A first one that runs: npx trace-eval init`
    : commandHint(filter) ?? 'Without a filter every eval file runs: npx trace-eval'
  return new TraceEvalError('NO_EVAL_FILES', `expected files ${evalPattern}${wanted}, received none`, { at: vitest.config.root, hint })
}

const commands = ['accept', 'show', 'history', 'calibrate', 'watch', 'init', 'help'] as const

function commandHint(filter: readonly string[]): string | undefined {
  const command = commands.find((name) => filter.includes(name))
  if (command !== undefined) return `A command stands first: npx trace-eval ${command}`
  const near = nearestName(filter[0]!, commands)
  return near === undefined ? undefined : `Did you mean \`npx trace-eval ${near}\`?`
}
