/** The type errors of proposed code, told by the TypeScript of the user's project where it has one. Stage: code. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stripTypes } from './strip-types.ts'

const OLDEST = 7
const TIMEOUT_MS = 30_000
const MAX_PROBLEMS = 5
// Nothing of the project counts: no config, no `@types`, no browser, no file that the code names. Functions written without types stay without.
const flags = ['--ignoreConfig', '--noEmit', '--strict', '--noImplicitAny', 'false', '--types', '', '--lib', 'es2022', '--target', 'es2022',
  '--module', 'esnext', '--moduleDetection', 'force', '--noResolve', '--skipLibCheck', '--pretty', 'false']

// Comments by which code would hide its errors; what stands instead is as long.
const silencers = /@ts-(?=nocheck|ignore|expect-error)/g

/**
 * The type errors of `source` as lines of `line:column message`, at most five; an empty list where there are none.
 * Nothing where TypeScript 7 or later is not found from `root`, where it gives no answer, and where `types` lacks
 * what `signature` uses (types of other files): then every proposal would fail.
 */
export function typeCheck(source: string, { types = '', signature, root = process.cwd() }: { readonly types?: string; readonly signature?: string; readonly root?: string }): readonly string[] | undefined {
  const compiler = compilerOf(root)
  if (compiler === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'trace-eval-types-'))
  try {
    // The types come after the code, so that its positions stay.
    writeFileSync(join(folder, 'proposal.ts'), `${source.replaceAll(silencers, '@ts_')}\n${types}\n`)
    writeFileSync(join(folder, 'signature.ts'), signature === undefined ? '' : `${withoutBody(signature)}\n${types}\n`)
    const { stdout, status, error } = spawnSync(process.execPath, [compiler, ...flags, 'proposal.ts', 'signature.ts'], { cwd: folder, encoding: 'utf8', timeout: TIMEOUT_MS })
    if (error !== undefined || status === null) return undefined
    const problems = [...stdout.matchAll(/^(proposal|signature)\.ts\((\d+),(\d+)\): error TS\d+: (.*)$/gm)]
    if (problems.length === 0 && status !== 0) return undefined
    if (problems.some(([, file]) => file === 'signature')) return undefined
    return problems.slice(0, MAX_PROBLEMS).map(([, , line, column, message]) => `${line}:${column} ${message}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Whether a function was written with types: JavaScript is not held to what TypeScript would say of it. */
export function isTyped({ types, signature }: { readonly types?: string; readonly signature: string }): boolean {
  const code = withoutBody(signature)
  return types !== undefined || stripTypes(code) !== code
}

function withoutBody(signature: string): string {
  return signature.endsWith('{') ? `${signature} throw 0 }` : `${signature} { throw 0 }`
}

function compilerOf(root: string): string | undefined {
  try {
    const file = createRequire(join(root, 'package.json')).resolve('typescript/package.json')
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
    return Number.parseInt(version, 10) >= OLDEST ? join(dirname(file), 'bin/tsc') : undefined
  } catch { return undefined }
}
