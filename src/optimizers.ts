/** What `trace-eval/optimizers` exports: the interface of optimizers, those that come with the library, and the trace graph as a document. Stage: optimize. */
export type { Blame, Evaluation, Optimizer, OptimizerRun, OptimizerSetup, ParameterSpec, Proposal, RoundView } from './optimize/optimizer.ts'
export type { Random } from './core/random.ts'
export type { ParameterValues } from './feedback/case-run.ts'
export type { Domain, ParameterKind } from './graph/domain.ts'
export { batch, formatItems, itemPropagator, type BatchFeedback, type ItemFeedback } from './backward/batch.ts'
export { graphPropagator } from './backward/graph-propagator.ts'
export { mergeFeedback, mergeGraphs, type GraphFeedback, type MergedFeedback, type MergedParameter, type OutputFeedback } from './backward/merge.ts'
export { propagator, sumPropagator, type PropagatorOptions } from './backward/propagators.ts'
export { copyOf, detach } from './graph/copies.ts'
export { describeException, type ExceptionOptions } from './graph/describe-exception.ts'
export { inputsOf, isRoot, levelsOf } from './graph/inspect.ts'
export { bootstrapExamples } from './optimize/bootstrap-examples.ts'
export { coordinate } from './optimize/coordinate.ts'
export { optimizerByName, optimizerNames } from './optimize/optimizer-by-name.ts'
export { randomSearch } from './optimize/random-search.ts'
export { reflect, type ReflectOptions } from './optimize/reflect.ts'
export { search } from './optimize/search.ts'
export { tpe } from './optimize/tpe.ts'
export {
  ForeignValue, fromTgj, toTgj, type TgjDocument, type TgjException, type TgjGraph, type TgjHeader, type TgjMessage, type TgjOptions, type TgjParameter,
  type TgjRecord, type TgjRef, type TgjValue,
} from './graph/tgj.ts'
export { fromOtlp, type OtlpOptions } from './graph/otlp.ts'
