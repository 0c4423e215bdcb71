/** The plugin for `vitest.config.ts`. Stage: vitest. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vitest/config'
import { TraceEvalError } from '../core/errors.ts'
import { resolveGate } from '../gate/gate-rule.ts'
import { codePlugin } from './code-transform.ts'
import { refuseUnknownPluginOptions } from './option-names.ts'
import { pluginKey, rootKey, type RunSettings } from './protocol.ts'
import { beginSpanFile } from './span-file.ts'

/** Options of the plugin. */
export interface PluginOptions extends Partial<Omit<RunSettings, 'root' | 'ledger' | 'dryRun' | 'watching' | 'session' | 'remembered'>> {
  /** Optimize also under a plain `vitest run`. @defaultValue false: it measures and gates the saved values */
  readonly optimize?: boolean
  /** Whether to write the report as one HTML page too, to `.vitest/trace-eval/report.html` or to this file. @defaultValue false */
  readonly html?: boolean | string
  /** A folder that gets a summary of each run, to be committed. @defaultValue none: the history stays on this machine */
  readonly history?: string
}

/**
 * Lets a plain `vitest run`, an IDE and `npx trace-eval` run eval files with this config, and supplies the source of
 * trainable functions as written, with types. Everything else of the config stays as it is.
 *
 * @throws {TraceEvalError} `CONFIG_OPTIONS` for an option that does not exist, `GATE_OPTIONS` for one of the gate outside its range, `CONFIG_RUNNER` when the config names another runner.
 * @example
 * ```ts no-run
 * import { defineConfig } from 'vitest/config'
 * import { traceEval } from 'trace-eval/config'
 * export default defineConfig({ plugins: [traceEval()], test: { include: ['**\/*.{test,eval}.ts'] } })
 * ```
 */
export function traceEval(given: PluginOptions = {}): Plugin {
  refuseUnknownPluginOptions(given)
  const { html = false, history, ...options } = given
  // Here, where they were written: every workflow would be blamed for them.
  const { threshold, minImprovement, maxRegression, baseline, confidence, onInconclusive, maxUnscored } = options
  resolveGate({ threshold, minImprovement, maxRegression, baseline, confidence, onInconclusive, maxUnscored }, 'traceEval() of the Vitest config')
  const spans = options.otlp
  return {
    name: 'trace-eval',
    // First, so that it sees the source as written.
    enforce: 'pre',
    transform: codePlugin().transform!,
    config(config) {
      const other = config.test?.runner
      if (other !== undefined && other !== runnerPath()) throw otherRunner(other)
      return { test: { runner: runnerPath(), provide: { [pluginKey]: { optimize: false, ledger: randomUUID(), ...options } } as never } }
    },
    configureVitest({ vitest, project }) {
      project.provide(rootKey as never, vitest.config.root as never)
      if (spans !== undefined) beginSpanFile(spans, vitest.config.root)
      // Beside the user's own: it writes report.json and says at the end what Vitest's reporters cannot know.
      const { reporters } = vitest.config as { reporters: unknown[] }
      const ours = reporterPath()
      if (!reporters.some((reporter) => Array.isArray(reporter) && reporter[0] === ours)) reporters.push([ours, { live: false, html, ...(history !== undefined && { history }) }])
    },
  }
}

/** Where the runner is, for `test.runner`. */
export function runnerPath(): string { return ownFile('./runner.js', './runner.ts') }

function reporterPath(): string { return ownFile('./reporter.js', '../../reporters/trace-eval-reporter.ts') }

/** A file of ours: built, all lie flat beside this one. */
function ownFile(built: string, source: string): string {
  const file = fileURLToPath(new URL(built, import.meta.url))
  return existsSync(file) ? file : fileURLToPath(new URL(source, import.meta.url))
}

/** Vitest takes one runner. */
export function otherRunner(runner: string): TraceEvalError {
  return new TraceEvalError('CONFIG_RUNNER', 'expected no other test runner in the config of eval files, received one',
    { at: runner, hint: 'Vitest takes one runner. Put eval files into a project of their own (test.projects) without `runner`.' })
}
