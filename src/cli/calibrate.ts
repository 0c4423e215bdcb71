/** `trace-eval calibrate`: how far judges agree with people. Stage: cli. */
import { resolve } from 'node:path'
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { redactSecrets, redactValue } from '../core/redact.ts'
import { nearestName } from '../core/text.ts'
import { calibrate, type Calibration } from '../judge/calibrate.ts'
import { formatCalibration } from '../judge/format-calibration.ts'
import type { JudgeFunction } from '../judge/judge-output.ts'
import { commandArguments } from './command-arguments.ts'
import { loadEnvFiles } from './env-files.ts'
import { readLabelled } from './labelled-file.ts'
import { loadVite } from './load-vite.ts'
import type { OwnFlag } from './own-flags.ts'

/** What `calibrate` takes. */
export const calibrateFlags = {
  'min-agreement': { kind: 'share', value: 'X', help: 'Fail where the lower bound of the agreement is below' },
  'min-kappa': { kind: 'share', value: 'X', help: 'Fail where the lower bound of kappa is below' },
  'threshold': { kind: 'share', value: 'X', help: "Score from which an output passes (the judge's own)" },
  'confidence': { kind: 'confidence', value: 'X', help: 'Of the lower bounds (0.95)' },
  'concurrency': { kind: 'positive', value: 'N', help: 'Outputs in flight (5)' },
  'json': { kind: 'switch', help: 'The data' },
} as const satisfies Record<string, OwnFlag>

const hint = 'npx trace-eval calibrate judges.ts labelled.json: a module that exports judges, and outputs that people have labelled.'

/** Runs `trace-eval calibrate`: 0 where every judge agrees enough, 1 where one does not, 4 where one could not say anything. */
export async function calibrateCommand(args: readonly string[]): Promise<number> {
  const { own, names: [module, labelled, name] } = commandArguments(args, calibrateFlags, 3)
  if (module === undefined || labelled === undefined) throw new TraceEvalError('CALIBRATE_USE', `expected a file of judges and one of labelled outputs, received ${module === undefined ? 'neither' : describeValue(module)}`, { hint })
  const root = process.cwd()
  await loadEnvFiles(root, 'test', process.env)
  const rows = await readLabelled(labelled)
  const judges = chosen(await judgesOf(module, resolve(root, module)), name, module)
  const options = Object.fromEntries((['threshold', 'confidence', 'concurrency'] as const).flatMap((flag) => (typeof own[flag] === 'number' ? [[flag, own[flag]]] : [])))
  const results: Calibration[] = []
  for (const judge of judges) results.push(await calibrate(judge, rows, options))
  await print(own['json'] === true ? `${JSON.stringify(redactValue(results), null, 2)}\n` : `${results.map((result) => redactSecrets(formatCalibration(result))).join('\n\n')}\n`)
  const least = { agreement: own['min-agreement'] as number | undefined, kappa: own['min-kappa'] as number | undefined }
  const codes = results.map((result) => exitCodeOf(result, least))
  return ([1, 4] as const).find((code) => codes.includes(code)) ?? 0
}

function exitCodeOf({ n, agreementLower, kappaLower }: Calibration, least: { readonly agreement: number | undefined; readonly kappa: number | undefined }): 0 | 1 | 4 {
  if (n === 0) return 4
  const below = (bound: number | undefined, wanted: number | undefined): boolean => wanted !== undefined && !(bound !== undefined && bound >= wanted)
  return below(agreementLower, least.agreement) || below(kappaLower, least.kappa) ? 1 : 0
}

/** Every function that the module exports, by its name there. */
async function judgesOf(file: string, path: string): Promise<Map<string, JudgeFunction>> {
  const { runnerImport } = await loadVite()
  const { module } = await runnerImport<Record<string, unknown>>(path, { root: process.cwd(), logLevel: 'silent' }).catch((error: unknown) => {
    throw new TraceEvalError('CALIBRATE_USE', `expected a module of judges, received ${error instanceof Error ? error.message.split('\n', 1)[0]! : describeValue(error)}`, { at: file, hint, cause: error })
  })
  const judges = Object.entries(module).filter((entry): entry is [string, JudgeFunction] => typeof entry[1] === 'function')
  if (judges.length === 0) throw new TraceEvalError('CALIBRATE_USE', `expected a module that exports judges, received ${Object.keys(module).length === 0 ? 'one without exports' : `exports ${Object.keys(module).slice(0, 5).join(', ')}`}`, { at: file, hint })
  return new Map(judges)
}

function chosen(judges: ReadonlyMap<string, JudgeFunction>, name: string | undefined, file: string): readonly JudgeFunction[] {
  const found = name === undefined ? undefined : judges.get(name)
  if (name === undefined) return [...judges.values()]
  if (found !== undefined) return [found]
  const near = nearestName(name, [...judges.keys()])
  throw new TraceEvalError('CALIBRATE_USE', `expected one of the judges ${[...judges.keys()].join(', ')}, received ${describeValue(name)}`, { at: file, ...(near !== undefined && { hint: `Did you mean ${describeValue(near)}?` }) })
}

async function print(text: string): Promise<void> { await new Promise<void>((done) => { process.stdout.write(text, () => done()) }) }
