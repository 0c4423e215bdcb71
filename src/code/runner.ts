/** Runs proposed code in the place that its isolation names. Stage: code. */
export type { CodeLimits, CodeRunner, CodeRunnerOptions, Isolation } from './types.ts'
export { CodeError } from './code-error.ts'
