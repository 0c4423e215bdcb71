/** `trace-eval init`: a first eval that runs, and the config for it; nothing is overwritten. Stage: cli. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'
import { commandArguments } from './command-arguments.ts'
import { configFile, evalFile, workflowFile } from './init-files.ts'

const configNames = ['vitest.config', 'vite.config'].flatMap((name) => ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((end) => `${name}.${end}`))
const addToConfig = [
  '  plugins: [traceEval()]   with   import { traceEval } from \'trace-eval/config\'',
  '  (npx trace-eval runs without it; for plain vitest, name *.eval.ts in test.include too)',
]

/** Runs `trace-eval init` in the current folder. */
export async function initCommand(args: readonly string[]): Promise<number> {
  commandArguments(args, {}, 0)
  process.stdout.write(`${(await initProject(process.cwd())).join('\n')}\n`)
  return 0
}

/**
 * Writes a first eval into the project at `root` and says what was done, as lines.
 *
 * @throws {TraceEvalError} `INIT_NO_PACKAGE` where there is no package.json that can be read.
 */
export async function initProject(root: string): Promise<string[]> {
  const packageFile = await readPackage(root)
  const missing = missingPackages(packageFile)
  const files = [['evals/urgency.ts', workflowFile], ['evals/first.eval.ts', evalFile]] as const
  const lines: string[] = []
  lines.push(...await writeConfig(root, packageFile.type === 'module' ? 'vitest.config.ts' : 'vitest.config.mts'))
  for (const [name, text] of files) lines.push(await writeNew(root, name, text))
  const install = missing.map((name) => `  npm install ${name === 'vitest' ? '--save-dev ' : ''}${name}`)
  return [...lines, '', 'Next:', ...install, '  npx trace-eval           improves the values in evals/urgency.ts and shows what changed', '  npx trace-eval accept    saves them as evals/first.params.json']
}

interface PackageFile { readonly name?: string; readonly type?: string; readonly dependencies?: object; readonly devDependencies?: object }

async function readPackage(root: string): Promise<PackageFile> {
  const path = join(root, 'package.json')
  try {
    return JSON.parse(await readFile(path, 'utf8')) as PackageFile
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new TraceEvalError('INIT_NO_PACKAGE', `expected a package.json, received ${missing ? 'none' : 'one that cannot be read'}`,
      missing ? { at: path, hint: 'Start a project first: npm init -y' } : { at: path, cause: error })
  }
}

async function writeConfig(root: string, newName: string): Promise<string[]> {
  const config = configNames.find((name) => existsSync(join(root, name)))
  if (config === undefined) return [await writeNew(root, newName, configFile)]
  const done = (await readFile(join(root, config), 'utf8')).includes('trace-eval/config')
  return done ? [`kept   ${config} (it was there)`] : [`kept   ${config}; add to it:`, ...addToConfig]
}

function missingPackages({ name, dependencies, devDependencies }: PackageFile): string[] {
  const present = { ...dependencies, ...devDependencies }
  return ['trace-eval', 'vitest'].filter((wanted) => wanted !== name && !(wanted in present))
}

async function writeNew(root: string, name: string, text: string): Promise<string> {
  const path = join(root, name)
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(path, text, { flag: 'wx' })
    return `wrote  ${name}`
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return `kept   ${name} (it was there)`
  }
}
