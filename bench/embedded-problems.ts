/** Offline problems with a known structure, for comparing optimizers that need no model. Stage: bench. */
import { seededRandom } from '../src/core/random.ts'
import type { ParameterValues } from '../src/feedback/case-run.ts'
import { checkValue, type Domain } from '../src/graph/domain.ts'
import type { ParameterSpec } from '../src/optimize/optimizer.ts'

/** Parameters, and how well each case does with some values of them. */
export interface Problem {
  readonly parameters: readonly ParameterSpec[]
  /** One score per case, 0 to 1. */
  scores(values: ParameterValues): readonly number[]
}

/** Problems by name; each seed gives another instance. */
export const problems: Readonly<Record<string, (seed: number) => Problem>> = { spam, mixed, examples, router }

/** 8 weights and a threshold over 150 mails, pass or fail: a step function in 9 dimensions. */
function spam(seed: number): Problem {
  const random = seededRandom(`spam ${seed}`)
  const planted = Array.from({ length: 8 }, (_, index) => (index < 5 ? 1 + 4 * random.next() : random.next() * 0.5))
  const rates = planted.map(() => 0.15 + 0.35 * random.next())
  const mails = Array.from({ length: 150 }, () => rates.map((rate) => (random.next() < rate ? 1 : 0)))
  const totals = mails.map((mail) => dot(mail, planted))
  const limit = totals.toSorted((a, b) => a - b)[90]! + 0.05
  const labels = totals.map((total) => total > limit)
  const names = planted.map((_, index) => `weight${index}`)
  return {
    parameters: [...names.map((name) => spec(name, 1, number(0, 5))), spec('threshold', 5, number(0, 20))],
    scores: (values) => mails.map((mail, index) => Number((dot(mail, names.map((name) => values[name] as number)) > (values['threshold'] as number)) === labels[index])),
  }
}

/** Two choices, three booleans, a logarithmic and a whole number, with interactions: 60 cases, pass or fail. */
function mixed(seed: number): Problem {
  const random = seededRandom(`mixed ${seed}`)
  const goal = { model: random.integer(4), style: random.integer(5), flags: [0, 1, 2].map(() => random.next() < 0.5), rate: 10 ** (-3 + 4 * random.next()), top: 2 + random.integer(28) }
  const cases = Array.from({ length: 60 }, () => ({ need: random.integer(6), slack: 0.2 + random.next(), other: random.integer(4) }))
  const models = ['a', 'b', 'c', 'd']
  const styles = ['v', 'w', 'x', 'y', 'z']
  const passes = (values: ParameterValues, { need, slack, other }: typeof cases[number]): boolean => {
    const model = models.indexOf(values['model'] as string)
    const near = Math.abs(Math.log10((values['rate'] as number) / goal.rate)) < slack
    const enough = Math.abs((values['top'] as number) - goal.top) < 10 * slack
    const right = model === goal.model || (model === other && values['flag0'] !== goal.flags[0])
    switch (need) {
      case 0: return right && near
      case 1: return styles.indexOf(values['style'] as string) === goal.style && values['flag1'] === goal.flags[1]
      case 2: return enough && values['flag2'] === goal.flags[2]
      case 3: return near && enough
      case 4: return right && values['flag0'] === goal.flags[0]
      default: return right || (styles.indexOf(values['style'] as string) === goal.style && near)
    }
  }
  return {
    parameters: [
      spec('model', models[(goal.model + 1) % 4], { kind: 'choice', choices: models }), spec('style', styles[(goal.style + 2) % 5], { kind: 'choice', choices: styles }),
      ...goal.flags.map((flag, index) => spec(`flag${index}`, !flag, { kind: 'boolean' })),
      spec('rate', 0.1, { kind: 'number', range: [1e-4, 100], integer: false, log: true }), spec('top', 1, { kind: 'number', range: [1, 40], integer: true, log: false }),
    ],
    scores: (values) => cases.map((one) => Number(passes(values, one))),
  }
}

/** At most 6 of 24 examples: a case needs one of two topics covered, and some examples spoil others. */
function examples(seed: number): Problem {
  const random = seededRandom(`examples ${seed}`)
  const pool = Array.from({ length: 24 }, (_, id) => ({ id, topics: random.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).slice(0, 1 + random.integer(2)), spoils: random.next() < 0.3 ? random.integer(10) : -1 }))
  const cases = Array.from({ length: 60 }, () => ({ topic: random.integer(10), alternative: random.next() < 0.3 ? random.integer(10) : -1 }))
  return {
    parameters: [spec('shots', pool.slice(0, 2), { kind: 'examples', pool, max: 6 })],
    scores(values) {
      const shots = values['shots'] as typeof pool
      const covered = (topic: number): boolean => shots.some(({ topics }) => topics.includes(topic)) && !shots.some(({ spoils }) => spoils === topic)
      return cases.map(({ topic, alternative }) => Number(covered(topic) || covered(alternative)))
    },
  }
}

/** A whole workflow: examples, a choice, a flag and three thresholds that gate each other. */
function router(seed: number): Problem {
  const random = seededRandom(`router ${seed}`)
  const inner = examples(seed + 1000)
  const goal = { high: 0.5 + 0.4 * random.next(), low: 0.1 + 0.3 * random.next(), weight: 1 + 8 * random.next() }
  const cases = Array.from({ length: 60 }, () => ({ signal: random.next(), noise: random.next() }))
  const model = random.integer(3)
  const truth = (signal: number, noise: number, { high, low, weight }: typeof goal): number => {
    const mixedSignal = (weight * signal + noise) / (weight + 1)
    return mixedSignal > high ? 2 : mixedSignal > low ? 1 : 0
  }
  return {
    parameters: [
      ...inner.parameters, spec('model', ['s', 'm', 'l'][(model + 1) % 3], { kind: 'choice', choices: ['s', 'm', 'l'] }), spec('strict', false, { kind: 'boolean' }),
      spec('high', 0.95, number(0, 1)), spec('low', 0.05, number(0, 1)), spec('weight', 1, { kind: 'number', integer: false, log: false }),
    ],
    scores(values) {
      const shots = inner.scores(values)
      return cases.map(({ signal, noise }, index) => {
        const routed = truth(signal, noise, values as unknown as typeof goal) === truth(signal, noise, goal)
        const worded = shots[index] === 1 && (values['strict'] === true || index % 3 > 0)
        return (Number(routed) + Number(worded && (values['model'] === ['s', 'm', 'l'][model] || index % 2 > 0))) / 2
      })
    },
  }
}

const number = (low: number, high: number): Domain => ({ kind: 'number', range: [low, high], integer: false, log: false })
const spec = (name: string, initial: unknown, domain: Domain): ParameterSpec => ({ name, initial, domain, check: (value) => checkValue(domain, undefined, value) })
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, index) => sum + x * b[index]!, 0)
