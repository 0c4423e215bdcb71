/** What `trace-eval/operators` exports: every operator, and what opens and spreads containers of nodes. Stage: graph. */
export { op } from './graph/operators/all.ts'
