/** The size of the entry that production imports: `node bench/size.ts`. Ends with 1 when it is over the limit. */
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { rolldown } from 'rolldown'

/** Bytes of `.`, minified and compressed with gzip, that may not be exceeded. */
export const LIMIT = 12 * 1024

/** Bundles `src/index.ts` whole, as an app that uses everything of it would, and measures it. */
export async function measureEntry(): Promise<{ readonly minified: number; readonly gzip: number; readonly brotli: number; readonly imports: readonly string[] }> {
  const bundle = await rolldown({ input: join(import.meta.dirname, '../src/index.ts'), platform: 'node', external: /^node:/ })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  const code = output.map((part) => (part.type === 'chunk' ? part.code : '')).join('')
  const imports = output.flatMap((part) => (part.type === 'chunk' ? part.imports : []))
  return { minified: Buffer.byteLength(code), gzip: gzipSync(code, { level: 9 }).length, brotli: brotliCompressSync(code).length, imports }
}

if (process.argv[1] === import.meta.filename) {
  const { minified, gzip, brotli } = await measureEntry()
  console.log(`trace-eval: ${minified} bytes minified, ${gzip} gzip, ${brotli} brotli; limit ${LIMIT} gzip`)
  process.exitCode = gzip > LIMIT ? 1 : 0
}
