/** Places in source code, read from a stack. Stage: core. */

/** A place in a source file; line and column start at 1. */
export interface SourceLocation { readonly file: string; readonly line: number; readonly column: number }

const frame = /^\s*at (?:async )?(?:.*?\()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/
// Built, every file of ours lies flat in dist; its source maps lead to the sources beside dist.
const packageRoot = toPath(new URL(import.meta.url.endsWith('/core/stack.ts') ? '../..' : '..', import.meta.url).href)
const ownRoots = ['dist/', 'src/', 'reporters/'].map((folder) => packageRoot + folder)
const testFile = /\.(?:test|eval|spec)\.[cm]?[jt]sx?$/

/** Every frame of a stack that has a file, the innermost first. */
export function stackLocations(stack: string | undefined): SourceLocation[] {
  if (stack === undefined) return []
  const found: SourceLocation[] = []
  for (const line of stack.split('\n')) {
    const match = frame.exec(line)
    if (match) found.push({ file: toPath(match[1]!), line: Number(match[2]), column: Number(match[3]) })
  }
  return found
}

/** The innermost frame in the user's code: not in this library, not in a dependency, not in Node. */
export function userLocation(stack: string | undefined): SourceLocation | undefined {
  return stackLocations(stack).find(({ file }) => !isForeign(file))
}

/** `route.ts:12:7`, relative to `root` where it lies inside. */
export function formatLocation(location: SourceLocation, root?: string): string {
  const prefix = root === undefined ? '' : root.endsWith('/') ? root : `${root}/`
  const file = prefix !== '' && location.file.startsWith(prefix) ? location.file.slice(prefix.length) : location.file
  return `${file}:${location.line}:${location.column}`
}

/** Whether `file` belongs to this library or to a dependency. */
export function isForeign(file: string): boolean {
  return file.includes('/node_modules/') || file.startsWith('node:') || isOwn(file)
}

/** Whether `file` belongs to this library; its source maps may lead to files that do not exist. */
export function isOwn(file: string): boolean {
  return file.includes('/node_modules/trace-eval/') || (ownRoots.some((root) => file.startsWith(root)) && !testFile.test(file))
}

function toPath(file: string): string {
  if (!file.startsWith('file://')) return file.replaceAll('\\', '/')
  try { return decodeURIComponent(new URL(file).pathname).replace(/^\/([A-Za-z]:)/, '$1') } catch { return file }
}
