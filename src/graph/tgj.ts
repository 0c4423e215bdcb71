/** The trace graph as a protocol: TGJ 1.0, written and read. Stage: graph. */
export { fromTgj, type TgjGraph } from './tgj-read.ts'
export type { TgjDocument, TgjException, TgjHeader, TgjMessage, TgjParameter, TgjRecord, TgjRef, TgjShared, TgjValue } from './tgj-types.ts'
export { ForeignValue } from './tgj-value.ts'
export { toTgj, type TgjOptions } from './tgj-write.ts'
