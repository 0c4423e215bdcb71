/** What `trace-eval/code` exports: running proposed code, and connecting that to trainable functions. Stage: code. */
export { connectCode } from './code/connect.ts'
export { CodeError, createCodeRunner, stripTypes, type CodeLimits, type CodeRunner, type CodeRunnerOptions, type Isolation } from './code/runner.ts'
