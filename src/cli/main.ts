#!/usr/bin/env node
/** The bin: checks Node before anything that an old Node cannot read is loaded. Stage: cli. */
import { useCompileCache } from './compile-cache.ts'
import { nodeIsSupported, nodeProblem } from './node-version.ts'

if (nodeIsSupported(process.versions.node)) {
  useCompileCache(process.argv, process.env)
  const { main } = await import('./command.ts')
  await main(process.argv.slice(2))
} else {
  process.stderr.write(nodeProblem(process.versions.node, process.execPath))
  process.exitCode = 2
}
