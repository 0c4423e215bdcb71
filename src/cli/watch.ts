/** `trace-eval watch`: measures again what an edit touches, and optimizes when asked. Stage: cli. */
import { basename, relative } from 'node:path'
import type { Reporter, TestSpecification, TestSuite, Vitest } from 'vitest/node'
import { TraceEvalError } from '../core/errors.ts'
import { escapeControls } from '../core/text.ts'
import { acceptReport } from '../report/accept.ts'
import type { Remembered } from '../train/remembered.ts'
import { sessionKey, settingsKey, type WorkflowMeta } from '../vitest/protocol.ts'
import { acceptText } from './accept.ts'
import { loadEnvFiles } from './env-files.ts'
import { useForEvals } from './eval-projects.ts'
import { watchInterrupts } from './interrupt.ts'
import { refuseUnknownNames } from './known-names.ts'
import { loadVitest } from './load-vitest.ts'
import { runFlags, type FlagValues, type OwnFlag } from './own-flags.ts'
import { createRunReporter, placeReporters, reporterProbe, type RunReporter } from './run-reporter.ts'
import { settingsOf } from './run-settings.ts'
import { cancelRun, runFirst, startVitest } from './start-vitest.ts'
import { parseVitestArguments } from './vitest-arguments.ts'
import { showErrors } from './show-errors.ts'
import { splitFlags } from './split-flags.ts'
import { keysText, readKeys, type Asked } from './watch-keys.ts'
import { remember, startValues, type Session } from './watch-session.ts'

const { accept: _, json: __, html: ___, history: ____, 'no-optimize': _____, ...shared } = runFlags
const flags: Readonly<Record<string, OwnFlag>> = { ...shared, optimize: { kind: 'switch', help: 'Optimize after every edit, not only when asked' } }

/** Runs `trace-eval watch` until somebody ends it. */
export async function watchCommand(args: readonly string[]): Promise<number> {
  const { own, rest } = splitFlags(args, flags)
  const refused = rest.find((arg) => /^--(?:accept|json|html|history|no-optimize)(?:=|$)/.test(arg))
  if (refused !== undefined) throw new TraceEvalError('FLAG_VALUE', 'expected a flag that watch mode has, received one of a run that ends', { at: refused.replace(/=.*/s, ''), hint: 'Without --optimize, watch measures only. Key s saves; `npx trace-eval show --html` makes a page of the last run.' })
  const module = await loadVitest()
  const { filter, options } = parseVitestArguments(rest.filter((arg) => arg !== '--watch' && arg !== '-w'), module)
  await refuseUnknownNames(own)
  const { stdout } = process
  const interrupts = watchInterrupts((text) => process.stderr.write(text))
  const probe = reporterProbe()
  const vitest = await startVitest(module, { ...options, watchTriggerPatterns: [paramsPattern] } as never, probe.plugin, stdout, true)
  try {
    useForEvals(vitest)
    await loadEnvFiles(vitest.vite.config.envDir || vitest.config.root, vitest.vite.config.mode, process.env)
    const reporter = await createRunReporter(stdout, { color: options.color !== false, explain: own['explain'] === true, html: false, history: undefined, interrupted: () => interrupts.interrupted })
    const theirs = probe.userSetReporters() || options.reporter !== undefined
    const watch = new Watch(vitest, reporter, own)
    placeReporters(vitest, [reporter, watch.reporter], theirs)
    interrupts.takeOver()
    interrupts.arm(() => watch.ask('stop'))
    return await watch.run(() => runFirst(vitest, filter), theirs)
  } finally {
    await vitest.close()
    interrupts.end()
  }
}

/** Saved values are no module, so that Vitest does not see who reads them. */
const paramsPattern = { pattern: /\.params\.json$/, testsToRun: (file: string): string[] => ['ts', 'tsx', 'mts', 'js', 'mjs'].map((ending) => file.replace(/\.params\.json$/, `.eval.${ending}`)) }

class Watch {
  readonly reporter: Reporter
  readonly #vitest: Vitest
  readonly #reporter: RunReporter
  readonly #own: FlagValues
  #session: Session = new Map()
  readonly #remembered: Record<string, Remembered> = Object.create(null) as Record<string, Remembered>
  #end: (exitCode: number) => void = () => undefined
  #busy: Promise<unknown> = Promise.resolve()

  constructor(vitest: Vitest, reporter: RunReporter, own: FlagValues) {
    this.#vitest = vitest
    this.#reporter = reporter
    this.#own = own
    this.reporter = {
      onWatcherRerun: (files, trigger) => this.#say(`${trigger === undefined || trigger === 'optimize' || trigger === 'again' ? '' : `${escapeControls(basename(trigger))} changed: `}${files.map((file) => escapeControls(relative(vitest.config.root, file))).join(', ')}`),
      onTestSuiteResult: (suite) => this.#learn(suite),
      onWatcherStart: () => this.#ended(),
    }
  }

  /** Runs until the end is asked for. */
  async run(first: () => Promise<void>, theirs: boolean): Promise<number> {
    const ended = new Promise<number>((resolve) => { this.#end = resolve })
    const stopKeys = readKeys(process.stdin, (asked) => this.ask(asked))
    try {
      this.#provide(this.#own['optimize'] === true)
      this.#busy = first()
      // A file that does not load is mended by an edit; a wrong command line is not.
      await Promise.race([this.#busy, ended])
      if (!theirs) showErrors(this.#vitest)
      return await ended
    } finally {
      stopKeys()
    }
  }

  ask(asked: Asked): void {
    if (asked === 'quit' || asked === 'stop') {
      cancelRun(this.#vitest)
      return this.#end(asked === 'stop' ? 130 : 0)
    }
    // One after another: a run that goes on comes to its end first.
    this.#busy = this.#busy.then(() => (asked === 'save' ? this.#save() : this.#again(asked === 'optimize'))).catch((error: unknown) => this.#say(TraceEvalError.is(error) ? `error ${error.code}: ${error.message}` : String(error)))
  }

  /** What an optimizer remembers is for the next run that is asked for; a run that only measures takes nothing from it. */
  #learn(suite: TestSuite): void {
    const { name, module } = suite
    const { remembered, report } = (suite.meta() as { traceEval?: WorkflowMeta }).traceEval ?? {}
    if (remembered === undefined || report === undefined) return
    this.#remembered[sessionKey(relative(this.#vitest.config.root, module.moduleId).replaceAll('\\', '/'), name)] = remembered
  }

  async #again(optimize: boolean): Promise<void> {
    this.#provide(optimize || this.#own['optimize'] === true)
    const specifications: TestSpecification[] = await this.#vitest.globTestSpecifications(this.#vitest.state.getFilepaths())
    if (specifications.length > 0) await this.#vitest.rerunTestSpecifications(specifications, true)
  }

  async #save(): Promise<void> {
    if (this.#session.size === 0) return this.#say('nothing to save: no run of this session found better values')
    const report = { ...this.#reporter.report!, workflows: [...this.#session.values()] }
    this.#say(acceptText(await acceptReport(report, { root: this.#vitest.config.root })).trimEnd())
    this.#session = new Map()
    this.#provide(this.#own['optimize'] === true)
  }

  /** A run has ended: the next one measures only, unless somebody asks. */
  #ended(): void {
    const { report } = this.#reporter
    if (report !== undefined) this.#session = remember(this.#session, report)
    this.#provide(this.#own['optimize'] === true)
    const found = Array.from(this.#session.values(), ({ name }) => escapeControls(name))
    if (found.length > 0) this.#say(`the next run starts from the values found for ${found.join(', ')}`)
    this.#say(keysText)
  }

  #provide(optimize: boolean): void {
    const settings = { ...settingsOf(this.#own, this.#vitest.config.root), optimize, watching: true, session: startValues(this.#session), remembered: { ...this.#remembered } }
    this.#vitest.provide(settingsKey as never, settings as never)
  }

  #say(text: string): void { process.stdout.write(`\n ${text}\n`) }
}
