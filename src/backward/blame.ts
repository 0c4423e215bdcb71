/** How much each parameter is suspected of the failures: spectrum-based fault localization over traces. Stage: backward. */
import { TraceEvalError } from '../core/errors.ts'
import { formatLocation } from '../core/stack.ts'
import type { CaseRun, CaseTrace, ReachedParameters } from '../feedback/case-run.ts'
import type { Parameter } from '../graph/parameter.ts'
import { reachedParameters } from './reach.ts'

/** One parameter and how much it is suspected. */
export interface Suspicion {
  readonly parameter: string
  /** Suspiciousness, 0 to 1. */
  readonly score: number
  /** Failing cases that depend on it, in case order. */
  readonly cases: readonly string[]
}

/** Runs of several cases, by case id. */
type Runs = ReadonlyMap<string, readonly CaseRun[]>

/**
 * Every parameter that a failing run depends on, the most suspect first; parameters that only passing runs
 * reach are not listed. Runs without a score say nothing.
 *
 * The score is the Ochiai coefficient, `failed ∩ reached / √(failed · reached)`, which Abreu, Zoeteweij and van Gemund
 * found to localize best ("On the Accuracy of Spectrum-based Fault Localization", TAIC PART 2007).
 * Where we differ: a run is not either passed or failed; with score `s` it counts `1 - s` as failed and `s` as passed,
 * and the trials of a case share one weight of 1.
 *
 * @example
 * ```ts no-run
 * blameParameters(runs) // [{ parameter: 'minConfidence', score: 0.82, cases: ['T-7', 'T-9'] }]
 * ```
 */
export function blameParameters(runs: Runs): Suspicion[] {
  const spectrum = new Map<string, { failed: number; passed: number; cases: Set<string> }>()
  let failedInAll = 0
  for (const [caseId, trials] of runs) {
    const scored = trials.filter((run) => run.score !== undefined)
    for (const { score = 0, trace } of scored) {
      const [failed, passed] = [(1 - score) / scored.length, score / scored.length]
      failedInAll += failed
      for (const { name } of reachOf(trace)) {
        const entry = spectrum.get(name) ?? { failed: 0, passed: 0, cases: new Set() }
        entry.failed += failed
        entry.passed += passed
        if (failed > 0) entry.cases.add(caseId)
        spectrum.set(name, entry)
      }
    }
  }
  return Array.from(spectrum, ([parameter, { failed, passed, cases }]) => ({ parameter, score: ochiai(failed, passed, failedInAll), cases: [...cases] }))
    .filter(({ cases }) => cases.length > 0)
    .sort((a, b) => b.score - a.score || b.cases.length - a.cases.length || (a.parameter < b.parameter ? -1 : 1))
}

// A search asks for the same runs round after round.
const reached = new WeakMap<CaseTrace, readonly Parameter<unknown>[]>()

function reachOf(trace: CaseTrace): readonly Parameter<unknown>[] {
  let found = reached.get(trace)
  if (found === undefined) reached.set(trace, (found = reachedParameters(trace.outputs)))
  return found
}

// Rounding may carry a share a hair above 1.
function ochiai(failed: number, passed: number, failedInAll: number): number {
  return Math.min(1, failed / Math.sqrt(failedInAll * (failed + passed)))
}

/**
 * Every parameter that the runs reach, by name, in the order in which runs and walks meet them.
 *
 * @param known parameters found before; they stand first, and clash like those of the runs.
 * @throws {TraceEvalError} `PARAMETER_CLASH` when two parameters have one name.
 */
export function collectParameters(runs: Runs, known: ReachedParameters = new Map()): ReachedParameters {
  const found = new Map(known)
  for (const trials of runs.values()) {
    for (const { trace } of trials) for (const parameter of reachOf(trace)) addParameter(found, parameter)
  }
  return found
}

function addParameter(found: Map<string, Parameter<unknown>>, reached: Parameter<unknown>): void {
  const other = found.get(reached.name)
  if (other === undefined) found.set(reached.name, reached)
  else if (other !== reached) {
    throw new TraceEvalError('PARAMETER_CLASH', `expected one parameter named ${JSON.stringify(reached.name)} in a workflow, received two: ${placeOf(other)} and ${placeOf(reached)}`,
      { hint: 'Rename one of them, or declare it once and import it.' })
  }
}

function placeOf({ location }: Parameter<unknown>): string {
  return location === undefined ? 'at an unknown place' : formatLocation(location, process.cwd())
}
