export { backward, type BackwardResult, type ParameterFeedback } from './backward/backward.ts'
export { reachedParameters } from './backward/reach.ts'
export type { TraceGraph } from './backward/trace-graph.ts'
export { bundle, type BundleOptions } from './graph/bundle.ts'
export { untraced } from './graph/context.ts'
export type { Domain, ParameterKind } from './graph/domain.ts'
export { loadParameters, type LoadedParameters, type SavedParameters } from './graph/load-parameters.ts'
export { derive, exceptionNodeOf, isNode, node, originOf, type Members, type Node, type Origin, type Step } from './graph/node.ts'
export { op } from './graph/operators.ts'
export {
  isParameter, parameter, withParameters, type Assignment, type ChoiceOptions, type ExamplesOptions, type NumberOptions,
  type Parameter, type SchemaOptions, type TextOptions,
} from './graph/parameter.ts'
export type { StandardIssue, StandardResult, StandardSchema } from './graph/standard-schema.ts'
export { t } from './graph/template.ts'
export type { NodeLike, Output, Plain, Traceable, TraceableArgs } from './graph/types.ts'
export { TraceEvalError, type ErrorDetails } from './core/errors.ts'
export type { SourceLocation } from './core/stack.ts'
