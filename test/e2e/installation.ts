/** The packed tarball, installed into real projects beside each supported Vitest. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

const run = promisify(execFile)
const repository = join(import.meta.dirname, '../..')

/** Vitest versions that are tested: the oldest and the newest line that the peer range allows. */
export const vitestLines = { '4.1': '~4.1.12', '5.1': '~5.1.1' } as const
export type VitestLine = keyof typeof vitestLines

declare module 'vitest' {
  export interface ProvidedContext { installations: Record<VitestLine, string> }
}

/** Vitest's global setup: packs once, installs once for each line, and removes all of it in the end. */
export default async function setup(project: TestProject): Promise<() => void> {
  const root = mkdtempSync(join(tmpdir(), 'trace-eval-e2e-'))
  const tarball = await pack(root)
  const lines = Object.keys(vitestLines) as VitestLine[]
  const installed = await Promise.all(lines.map(async (line) => [line, await install(root, line, tarball)] as const))
  project.provide('installations', Object.fromEntries(installed) as Record<VitestLine, string>)
  return () => rmSync(root, { recursive: true, force: true })
}

async function pack(root: string): Promise<string> {
  await run('npm', ['pack', '--pack-destination', root], { cwd: repository, env: withoutNpmConfig() }) // its prepack builds
  const file = readdirSync(root).find((name) => name.endsWith('.tgz'))
  if (file === undefined) throw new Error('npm pack wrote no tarball')
  return join(root, file)
}

async function install(root: string, line: VitestLine, tarball: string): Promise<string> {
  const directory = join(root, line)
  mkdirSync(directory)
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: `uses-vitest-${line}`, private: true, type: 'module' }))
  const version = vitestLines[line]
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', tarball, `vitest@${version}`, `@vitest/coverage-v8@${version}`], { cwd: directory, env: withoutNpmConfig() })
  if (!existsSync(join(directory, 'node_modules/trace-eval/dist/cli.js'))) throw new Error(`no command in the installed package (Vitest ${line})`)
  return directory
}

// `npm test` hands its own settings to every npm below it.
function withoutNpmConfig(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_(?:config_(?:local_prefix|prefix|global|ignore_scripts|dry_run)|package_|lifecycle_)/i.test(name))
  return { ...Object.fromEntries(own), PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` }
}
