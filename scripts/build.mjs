// Compiles src and reporters to dist, copies the JSON schemas, and sets the run bit of the command.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..')
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
rmSync(join(root, 'dist'), { recursive: true, force: true })
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
mkdirSync(join(root, 'dist/schemas'), { recursive: true })
for (const folder of ['src/graph', 'src/report', 'src/store']) {
  if (!existsSync(join(root, folder))) continue
  for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.schema.json'))) {
    cpSync(join(root, folder, file), join(root, 'dist/schemas', file))
  }
}
const bin = join(root, 'dist/src/cli/main.js')
if (existsSync(bin)) chmodSync(bin, 0o755)
