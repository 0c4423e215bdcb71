/** What the function of a case is handed, and in part its hooks. What is costly and seldom needed is made where somebody reads it. Stage: vitest. */
import type { ExpectStatic } from 'vitest'
import type { CaseTools } from './case-api.ts'

/** How the costly tools are made. */
export interface LazyTools { expect(): ExpectStatic; signal(): AbortSignal }

type Tools = CaseTools<never[], unknown>

/** The tools of one run. Its functions know their run: they may be taken apart. */
export class RunTools implements Tools {
  readonly #lazy: LazyTools
  readonly run: Tools['run']
  readonly check: Tools['check']
  readonly feedback: Tools['feedback']
  readonly onTestFinished: Tools['onTestFinished']

  constructor(lazy: LazyTools, run: Tools['run'], check: Tools['check'], feedback: Tools['feedback'], onTestFinished: Tools['onTestFinished']) {
    this.#lazy = lazy
    this.run = run
    this.check = check
    this.feedback = feedback
    this.onTestFinished = onTestFinished
  }

  get expect(): ExpectStatic { return this.#lazy.expect() }
  get signal(): AbortSignal { return this.#lazy.signal() }
}
