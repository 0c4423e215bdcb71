/** A project of a user's, and what its commands print. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import type { RunReport, WorkflowReport } from '../../src/report/run-report.ts'
import type { VitestLine } from './installation.ts'

interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Both, in the order of arrival. */
  readonly all: string
}

export interface Project {
  readonly directory: string
  path(file: string): string
  read(file: string): string
  write(files: Readonly<Record<string, string>>): void
  /** The installed `trace-eval`, as a process of its own. */
  traceEval(...args: string[]): Promise<Finished>
  /** The installed `vitest`. */
  vitest(...args: string[]): Promise<Finished>
  /** `trace-eval watch` with a pipe for keys; it is killed when nobody ends it in time. */
  watch(...args: string[]): Watching
  /** `report.json` of the last run. */
  report(): RunReport
  workflow(name?: string): WorkflowReport
  start(command: 'trace-eval' | 'vitest', args: readonly string[], env?: NodeJS.ProcessEnv): { readonly pid: number; readonly output: () => string; kill(signal: NodeJS.Signals): void; readonly finished: Promise<Finished> }
}

/** A watch that runs. */
interface Watching {
  /** Waits until it says `text`, and gives what it said since the last time. */
  next(text: string): Promise<string>
  press(key: string): void
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<number | null>
}

/** A fresh project beside an installation; it finds packages there. */
export function project(line: VitestLine, files: Readonly<Record<string, string>>): Project {
  const installation = inject('installations')[line]
  const directory = mkdtempSync(join(installation, 'project-'))
  const bins = { 'trace-eval': join(installation, 'node_modules/trace-eval/dist/cli.js'), vitest: join(installation, 'node_modules/vitest/vitest.mjs') }
  const self: Project = {
    directory,
    path: (file) => join(directory, file),
    read: (file) => readFileSync(join(directory, file), 'utf8'),
    write(more) {
      for (const [file, text] of Object.entries(more)) {
        mkdirSync(dirname(join(directory, file)), { recursive: true })
        writeFileSync(join(directory, file), text)
      }
    },
    traceEval: (...args) => self.start('trace-eval', args).finished,
    vitest: (...args) => self.start('vitest', args).finished,
    watch(...args) {
      const child = spawn(process.execPath, [bins['trace-eval'], 'watch', ...args], { cwd: directory, env: cleanEnvironment({}), stdio: ['pipe', 'pipe', 'pipe'] })
      const timer = setTimeout(() => child.kill('SIGKILL'), 110_000)
      let [output, read] = ['', 0]
      let heard = (): void => undefined
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; heard() })
      const ended = new Promise<number | null>((resolve) => {
        child.on('close', (code) => {
          clearTimeout(timer)
          heard()
          resolve(code)
        })
      })
      return {
        ended, press: (key) => { child.stdin.write(`${key}\n`) }, kill: (signal) => { child.kill(signal) },
        async next(text) {
          for (let at = output.indexOf(text, read); ; at = output.indexOf(text, read)) {
            if (at >= 0) {
              const said = output.slice(read, at + text.length)
              read = at + text.length
              return said
            }
            if (child.exitCode !== null || child.signalCode !== null) throw new Error(`expected watch to say ${JSON.stringify(text)}, received the end of it:\n${output.slice(read)}`)
            await new Promise<void>((done) => { heard = done })
          }
        },
      }
    },
    report: () => JSON.parse(self.read('.vitest/trace-eval/report.json')) as RunReport,
    workflow(name) {
      if (!existsSync(self.path('.vitest/trace-eval/report.json'))) throw new Error('the run wrote no report.json')
      const { workflows } = self.report()
      const found = name === undefined ? workflows[0] : workflows.find((workflow) => workflow.name === name)
      if (found === undefined) throw new Error(`no workflow ${name ?? ''} among ${workflows.map((workflow) => workflow.name).join(', ')}`)
      return found
    },
    start(command, args, env = {}) {
      const child = spawn(process.execPath, [bins[command], ...args], { cwd: directory, env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] })
      let [stdout, stderr, all] = ['', '', '']
      child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; all += text })
      child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; all += text })
      const finished = new Promise<Finished>((resolve, reject) => {
        child.on('error', reject)
        child.on('close', (code) => resolve({ code, stdout, stderr, all }))
      })
      return { pid: child.pid!, output: () => all, kill: (signal) => { child.kill(signal) }, finished }
    },
  }
  self.write({ 'package.json': '{ "name": "a-project", "private": true, "type": "module" }', ...files })
  return self
}

// A run inside this run must not believe that it is one of its workers.
function cleanEnvironment(extra: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|TEST|NODE_ENV|NODE_OPTIONS|FORCE_COLOR|TRACE_EVAL_|OPENAI_|GITHUB_|npm_)/.test(name) && name !== 'CI')
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...extra }
}

/** Standard files of a project with one workflow: a threshold that is wrong at the start. */
export const thresholdWorkflow = `
import { bundle, parameter } from 'trace-eval'
export const limit = parameter('limit', 0.9, { range: [0, 1], description: 'Urgent from here up' })
const decide = bundle(function decide(score: number, limit: number) { return score >= limit ? 'urgent' : 'normal' })
export const triage = (score: number) => decide(score, limit)
`
export const thresholdRows = `
const rows = Array.from({ length: 30 }, (_, i) => ({ id: 'c' + i, input: i / 30, expected: i / 30 >= 0.4 ? 'urgent' : 'normal' }))
`
export const pluginConfig = `
import { defineConfig } from 'vitest/config'
import { traceEval } from 'trace-eval/config'
export default defineConfig({ plugins: [traceEval()], test: { include: ['**/*.eval.ts'] } })
`
