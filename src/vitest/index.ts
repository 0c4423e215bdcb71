export type { CaseApi, CaseFunction, CaseOptions, CaseTools, CheckOptions, RowFunction, WorkflowApi } from './case-api.ts'
export { dataset } from './dataset.ts'
export { describeWorkflow, type DescribeWorkflow } from './describe-workflow.ts'
export type { WorkflowOptions } from './workflow-options.ts'
