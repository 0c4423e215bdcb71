/** What `trace-eval/graphs` exports: pictures of trace graphs. Stage: picture. */
export type { Drawable, PictureOptions } from './picture/options.ts'
export { toDot } from './picture/to-dot.ts'
export { toMermaid } from './picture/to-mermaid.ts'
export { toSvg } from './picture/to-svg.ts'
