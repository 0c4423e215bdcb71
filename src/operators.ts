/** What `trace-eval/operators` exports: every operator, and what opens and spreads containers of nodes. Stage: graph. */
export { op } from './graph/operators/all.ts'
export { broadcast, type Broadcast, type Spread } from './graph/operators/broadcast.ts'
export { items, iterate, type Items } from './graph/operators/items.ts'
