// What `import script from './x.ts?script'` gives: the file with all it imports as one script for browsers, as text. For rolldown and Vite alike.
import { rolldown } from 'rolldown'

const mark = '?script'

interface Resolver { resolve(source: string, importer?: string, options?: { skipSelf: boolean }): Promise<{ id: string } | null> }

export function clientScript() {
  return {
    name: 'trace-eval:client-script',
    enforce: 'pre' as const,
    // Vitest keeps what it transformed, and would not see that an imported file changed.
    configureVitest({ defineCacheKeyGenerator }: { defineCacheKeyGenerator?(generator: (module: { id: string }) => false | undefined): void }): void {
      defineCacheKeyGenerator?.(({ id }) => (id.endsWith(mark) ? false : undefined))
    },
    async resolveId(this: unknown, source: string, importer: string | undefined): Promise<string | undefined> {
      if (!source.endsWith(mark)) return undefined
      const found = await (this as Resolver).resolve(source.slice(0, -mark.length), importer, { skipSelf: true })
      return found === null ? undefined : `${found.id}${mark}`
    },
    async load(id: string): Promise<string | undefined> {
      return id.endsWith(mark) ? `export default ${JSON.stringify(await bundled(id.slice(0, -mark.length)))}` : undefined
    },
  }
}

async function bundled(file: string): Promise<string> {
  const bundle = await rolldown({ input: file, platform: 'browser', tsconfig: false })
  const { output: [{ code }] } = await bundle.generate({ format: 'iife', minify: true, comments: false } as never)
  await bundle.close()
  return code.trim()
}
