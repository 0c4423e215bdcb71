/** The command: which of its parts a command line asks for. Stage: cli. */
import { readFile } from 'node:fs/promises'
import { runFlags } from './own-flags.ts'
import { splitFlags } from './split-flags.ts'

/** Runs the command, prints what goes wrong, and ends the process with its exit code. */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that has seen enough (`| head`) ends the output, and not the run: its report is still to be written.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => { if (error.code !== 'EPIPE') throw error })
  const exitCode = await runCommand(args).catch(async (error: unknown) => {
    const { renderError } = await import('./errors.ts')
    const { text, exitCode } = renderError(error)
    process.stderr.write(text)
    return exitCode
  })
  // A worker or a server that does not close must not hold the verdict back; what was written goes out first.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)))
}

/** The exit code of one command line. */
async function runCommand(args: readonly string[]): Promise<number> {
  const ours = args.slice(0, args.includes('--') ? args.indexOf('--') : undefined)
  if (args[0] === 'help' || ours.includes('--help') || ours.includes('-h')) return printHelp()
  if (ours.includes('--version') || ours.includes('-v')) return printVersion()
  const [command, ...rest] = args
  switch (command) {
    case 'accept': return (await import('./accept.ts')).acceptCommand(rest)
    case 'show': return (await import('./show.ts')).showCommand(rest)
    case 'history': return (await import('./history.ts')).historyCommand(rest)
    case 'calibrate': return (await import('./calibrate.ts')).calibrateCommand(rest)
    case 'init': return (await import('./init.ts')).initCommand(rest)
    case 'watch': return (await import('./watch.ts')).watchCommand(rest)
    case 'run': return runAll(rest)
    default: return runAll(args)
  }
}

async function runAll(args: readonly string[]): Promise<number> {
  const { own, rest } = splitFlags(args, runFlags)
  const { runEvals } = await import('./run.ts')
  const result = await runEvals({ own, rest })
  const data = result.report === undefined ? result.forecast : { ...result.report, exitCode: result.exitCode }
  if (own['json'] !== undefined && data !== undefined) await (await import('./report-json.ts')).writeJson(own['json'], data)
  if (own['accept'] !== true) return result.exitCode
  const { acceptAfterRun } = await import('./accept.ts')
  return acceptAfterRun(result, own['json'] === true ? process.stderr : process.stdout)
}

async function printHelp(): Promise<number> {
  const { helpText } = await import('./help.ts')
  process.stdout.write(helpText())
  return 0
}

async function printVersion(): Promise<number> {
  const [{ version }, vitest] = await Promise.all([ownPackage(), vitestVersion()])
  process.stdout.write(`trace-eval/${version} vitest/${vitest} node/${process.versions.node}\n`)
  return 0
}

async function ownPackage(): Promise<{ version: string }> {
  // As source this file is two levels down, built one.
  const up = import.meta.url.endsWith('/cli/command.ts') ? '../../package.json' : '../package.json'
  return JSON.parse(await readFile(new URL(up, import.meta.url), 'utf8')) as { version: string }
}

async function vitestVersion(): Promise<string> {
  const { loadVitest } = await import('./load-vitest.ts')
  return loadVitest().then(({ version }) => version, () => 'missing')
}
