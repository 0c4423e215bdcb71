/** Several optimizers in one run: each kind of parameter has its own, and a round's answers are joined. Stage: optimize. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { isRecord } from '../core/is-record.ts'
import type { ParameterKind } from '../graph/domain.ts'
import type { Model } from '../llm/model.ts'
import type { Evaluation, Optimizer, OptimizerRun, OptimizerSetup, Proposal, RoundView } from './optimizer.ts'
import { untried } from './writing/written-values.ts'

/** Optimizers by kind of parameter. A kind that is not listed stays as it is. */
export type OptimizersByKind = Readonly<Partial<Record<ParameterKind, Optimizer>>>

/**
 * Each kind of parameter gets the optimizer that fits; kinds with the same optimizer are its own together. Every round asks all of them at once. The first
 * candidate joins the first proposal of each, so that a new text and the number that goes with it are tried together; then come the single ones.
 * An optimizer that fails leaves the round to the others. A search strategy that belongs to one of them, `pareto` to `gepa`, is the run's.
 *
 * @throws {TraceEvalError} `OPTIMIZER_OPTIONS` when there is no optimizer, or one cannot change the kind that it is given.
 * @example
 * ```ts
 * const tuner = search()
 * const optimizer = byKind({ text: gepa(), code: optoPrime(), number: tuner, choice: tuner })
 * optimizer.name // 'gepa+optoprime+search'
 * ```
 */
export function byKind(optimizers: OptimizersByKind): Optimizer {
  const entries = Object.entries(optimizers ?? {}) as [ParameterKind, Optimizer][]
  const wrong = entries.find(([kind, one]) => typeof one?.begin !== 'function' || !one.kinds.includes(kind))
  if (entries.length === 0 || wrong !== undefined) {
    throw new TraceEvalError('OPTIMIZER_OPTIONS', wrong === undefined ? 'expected an optimizer for at least one kind of parameter, received none' : `expected an optimizer that changes ${wrong[0]} parameters, received ${describeValue(wrong[1]?.name ?? wrong[1])}`,
      { at: 'byKind' })
  }
  const members = [...Map.groupBy(entries, ([, one]) => one)].map(([optimizer, own]) => ({ optimizer, kinds: own.map(([kind]) => kind) }))
  const strategies = [...new Set(members.flatMap(({ optimizer: { strategy } }) => strategy ?? []))]
  const lacking = entries.some(([, { withModel }]) => withModel !== undefined)
  return {
    name: members.map(({ optimizer }) => optimizer.name).join('+'),
    kinds: entries.map(([kind]) => kind),
    // Two that want different ones leave it to the run.
    ...(strategies.length === 1 && { strategy: strategies[0]! }),
    ...(lacking && { withModel: (model: Model) => byKind(withModelEach(entries, model)) }),
    begin: (setup) => new JointRun(members.map(({ optimizer, kinds }) => memberOf(optimizer, kinds, setup)).filter(({ names }) => names.size > 0)),
  }
}

// One that was given for several kinds stays one.
function withModelEach(entries: readonly (readonly [ParameterKind, Optimizer])[], model: Model): OptimizersByKind {
  const made = new Map<Optimizer, Optimizer>()
  for (const [, optimizer] of entries) if (!made.has(optimizer)) made.set(optimizer, optimizer.withModel?.(model) ?? optimizer)
  return Object.fromEntries(entries.map(([kind, optimizer]) => [kind, made.get(optimizer)!]))
}

interface Member { readonly key: string; readonly run: OptimizerRun; readonly names: ReadonlySet<string> }

function memberOf(optimizer: Optimizer, kinds: readonly ParameterKind[], { parameters, random, memory: all }: OptimizerSetup): Member {
  const own = parameters.filter(({ domain }) => kinds.includes(domain.kind))
  // Two of one name may share the kinds.
  const key = `${optimizer.name} ${kinds.join(' ')}`
  const memory = isRecord(all) && Object.hasOwn(all, key) ? all[key] : undefined
  return { key, names: new Set(own.map(({ name }) => name)), run: optimizer.begin({ parameters: own, random: random.fork(key), ...(memory !== undefined && { memory }) }) }
}

class JointRun implements OptimizerRun {
  readonly #members: readonly Member[]
  constructor(members: readonly Member[]) { this.#members = members }

  memory(history: readonly Evaluation[]): unknown {
    const told = this.#members.flatMap(({ key, run }) => { const memory = run.memory?.(history); return memory === undefined ? [] : [[key, memory] as const] })
    return told.length === 0 ? undefined : Object.fromEntries(told)
  }

  async end(): Promise<void> { await Promise.allSettled(this.#members.map(async ({ run }) => run.end?.())) }

  async propose(view: RoundView): Promise<readonly Proposal[]> {
    const asked = await Promise.allSettled(this.#members.map(async ({ run, names }) => {
      const blame = view.blame.filter(({ parameter }) => names.has(parameter))
      return blame.length === 0 ? [] : await run.propose({ ...view, blame })
    }))
    const answers = asked.map((one) => (one.status === 'fulfilled' ? one.value : []))
    const failed = asked.find((one) => one.status === 'rejected')
    const given = answers.filter((proposals) => proposals.length > 0)
    if (given.length === 0 && failed !== undefined) throw failed.reason
    const joint: Proposal[] = given.length < 2 ? [] : [{
      changes: Object.fromEntries(given.flatMap(([first]) => Object.entries(first!.changes))),
      reason: given.map(([first]) => first!.reason).filter((reason) => reason !== undefined).join(' + '),
    }]
    // Turn by turn, so that no member takes all of the room.
    const longest = Math.max(0, ...given.map(({ length }) => length))
    return untried(view, [...joint, ...Array.from({ length: longest }, (_, turn) => given.flatMap((proposals) => proposals[turn] ?? [])).flat()])
  }
}
