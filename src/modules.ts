/** What `trace-eval/modules` exports: objects whose fields are parameters and bundles. Stage: graph. */
export { copyModule, type CopyOptions } from './graph/copy-module.ts'
export { parametersOf } from './graph/module.ts'
export { loadModule, saveModule, type SavedModule } from './graph/save-module.ts'
export { exportModule, type ExportOptions } from './graph/export-module.ts'
export type { ParseSource } from './graph/plain-source.ts'
