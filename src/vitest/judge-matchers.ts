/** `toPassJudge`: any scorer as an assertion. Stage: vitest. */
import { expect } from 'vitest'
import { judgeOutput, sayJudged, type Judged, type JudgeFunction, type Judgement } from '../judge/judge-output.ts'
import type { ScoringContext } from '../judge/scorer.ts'

/** Options of `toPassJudge`. */
export interface PassJudgeOptions extends ScoringContext {
  /** Handed to the judge. */
  readonly expected?: unknown
  /** The score, 0 to 1, from which the output passes. @defaultValue the judge's own, else 1 */
  readonly threshold?: number
}

declare global {
  // Where both supported lines of Vitest look: the type parameters of their own `Matchers` differ.
  namespace Chai {
    interface Assertion {
      /**
       * The output reaches the threshold of a judge or scorer; its words become the message, and so feedback. A judge that answers later is awaited.
       * One that cannot say leaves the case unscored.
       *
       * @example
       * ```ts no-run
       * expect(team).toPassJudge(exact({ ignoreCase: true }), { expected: 'billing' })
       * await expect(reply).toPassJudge(rubric('The reply is polite.'), { threshold: 0.8 })
       * ```
       */
      // oxlint-disable-next-line no-explicit-any -- of any output
      toPassJudge(judge: JudgeFunction<any, Judgement>, options?: PassJudgeOptions): void
      toPassJudge(judge: JudgeFunction, options?: PassJudgeOptions): Promise<void>
    }
  }
}

function toPassJudge(output: unknown, judge: JudgeFunction, options: PassJudgeOptions = {}) {
  const result = (judged: Judged) => ({ pass: judged.passed, message: () => `the output ${sayJudged(judged)}`, actual: output, expected: options.expected })
  const judged = judgeOutput(judge, { ...options, output })
  return judged instanceof Promise ? judged.then(result) : result(judged)
}

/** Makes `toPassJudge` known to every `expect` of this worker. A call, since bundlers drop a module that only has an effect. */
export function addJudgeMatchers(): void { expect.extend({ toPassJudge }) }
