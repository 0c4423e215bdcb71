/** What `trace-eval/bundles` exports: `bundle` with all its forms. Stage: graph. */
export { bundle, type BundleDecorator, type BundleForms, type NodeArgs } from './graph/bundle-forms.ts'
export { isFailed, type Caught, type FailedNode } from './graph/caught.ts'
export { innerOf, type InnerGraph } from './graph/inner-graph.ts'
