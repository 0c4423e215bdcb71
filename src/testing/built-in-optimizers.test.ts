/** Every optimizer that comes with the library keeps the contract. Stage: testing. */
import { sha256 } from '../core/hash.ts'
import { optimizerContract } from './optimizer-contract.ts'
import { bootstrapExamples } from '../optimize/search/bootstrap-examples.ts'
import { bootstrapFewShot } from '../optimize/writing/bootstrap-few-shot.ts'
import { mipro } from '../optimize/writing/mipro.ts'
import { simba } from '../optimize/writing/simba.ts'
import { coordinate } from '../optimize/search/coordinate.ts'
import type { Model } from '../llm/model.ts'
import { randomSearch } from '../optimize/search/random-search.ts'
import { reflect } from '../optimize/writing/reflect.ts'
import { byKind, type OptimizersByKind } from '../optimize/by-kind.ts'
import { externalOptimizer } from '../optimize/external.ts'
import { gepa } from '../optimize/writing/gepa.ts'
import { opro } from '../optimize/writing/opro.ts'
import { optoPrime } from '../optimize/writing/opto-prime.ts'
import { experts, optoPrimeMulti } from '../optimize/writing/opto-prime-multi.ts'
import { textGrad } from '../optimize/writing/text-grad.ts'
import { search } from '../optimize/search/search.ts'
import { tpe } from '../optimize/search/tpe.ts'

for (const make of [search, tpe, coordinate, bootstrapExamples, randomSearch]) optimizerContract(make().name, make)

/** Scripted: gives every parameter it reads another value that its question allows. */
const scripted: Model = {
  name: 'scripted',
  send: async ({ messages }) => {
    const prompt = messages.map(({ content }) => content).join('\n')
    const tagged = [...prompt.matchAll(/^(.*)\n<(?:component|variable) name="([^"]+)">([\s\S]*?)<\/(?:component|variable)>/gm)]
    const lines = [...prompt.matchAll(/^\((\w+)\) (\w+) = (.*)$/gm)].map(([line, , name, value]) => [line, new RegExp(`^${name}: .*$`, 'm').exec(prompt)?.[0] ?? name, name, /^["]/.test(value!) ? String(JSON.parse(value!)) : value!])
    const edits = tagged.length > 0 ? tagged : lines
    const other = (about: string, value: string): string => {
      const choices = /one of (.*)$/.exec(about)?.[1]
      if (choices !== undefined) return JSON.stringify((JSON.parse(`[${choices}]`) as unknown[]).find((choice) => JSON.stringify(choice) !== value && choice !== value))
      if (value.startsWith('{')) return JSON.stringify({ ...JSON.parse(value) as object, note: sha256(prompt).slice(0, 6) })
      if (about.includes('true or false')) return String(value !== 'true')
      const [, low, high] = /from (\S+) to (\S+)$/.exec(about) ?? []
      if (low !== undefined && high !== undefined) return value === low ? high : low
      return about.endsWith('number') ? String(Number(value) + 1) : `${value} ${sha256(prompt).slice(0, 6)}`
    }
    return { text: edits.map(([, about, name, value]) => `<component name="${name}">${other(about!, value!)}</component>`).join('\n'), finish: 'stop' }
  },
}
optimizerContract('reflect', () => reflect(scripted))
optimizerContract('optoprime', () => optoPrime({ model: scripted }))
optimizerContract('optoprime in sections', () => optoPrime({ model: scripted, form: 'sections' }))
for (const select of ['race', 'best', 'merge', 'majority'] as const) optimizerContract(`optoprime-multi, ${select}`, () => optoPrimeMulti({ model: scripted, select, variations: [{ temperature: 0 }, ...experts] }))
optimizerContract('opro', () => opro({ model: scripted }))
optimizerContract('textgrad', () => textGrad({ model: scripted }))
optimizerContract('mipro', () => mipro({ model: scripted }))
optimizerContract('simba', () => simba({ model: scripted }))
optimizerContract('bootstrap-few-shot', () => bootstrapFewShot())
optimizerContract('bootstrap-few-shot with a model', () => bootstrapFewShot({ model: writesExamples }))
optimizerContract('gepa', () => gepa({ model: scripted }))
optimizerContract('several by kind', () => byKind(byKinds()))

/** Scripted: two examples of the form that the contract's pool has. */
const writesExamples: Model = { name: 'writes examples', send: async () => ({ text: '[{"text":"late parcel"},{"text":"wrong size"},{"words":1}]', finish: 'stop' }) }

function byKinds(): OptimizersByKind {
  const tuner = search()
  return { text: gepa({ model: scripted }), code: optoPrime({ model: scripted }), number: tuner, choice: tuner, examples: bootstrapExamples() }
}

// A program of its own: it tries what the blamed parameters can be together and was not tried yet.
const answer = `const answer = (line) => {
  const { round, parameters, blame, history, maxCandidates } = JSON.parse(line)
  const blamed = new Set(blame.map(({ parameter }) => parameter))
  const tried = new Set(history.map(({ values }) => JSON.stringify(parameters.map(({ name }) => values[name]))))
  let all = [{}]
  for (const { name, value, domain } of parameters) {
    const options = blamed.has(name) ? domain.choices ?? [false, true] : [value]
    all = all.flatMap((values) => options.map((option) => ({ ...values, [name]: option })))
  }
  const fresh = all.filter((values) => !tried.has(JSON.stringify(parameters.map(({ name }) => values[name]))))
  const changed = (values) => Object.fromEntries(parameters.filter(({ name, value }) => JSON.stringify(value) !== JSON.stringify(values[name])).map(({ name }) => [name, values[name]]))
  console.log(JSON.stringify({ round, proposals: fresh.slice(0, maxCandidates).map((values) => ({ changes: changed(values) })) }))
}
`
const programOf = (start: string, lifetime: 'round' | 'run') => () => externalOptimizer({ command: process.execPath, args: ['-e', answer + start], kinds: ['choice', 'boolean'], lifetime })
optimizerContract('a program, started anew for each round', programOf("answer(require('node:fs').readFileSync(0, 'utf8'))", 'round'))
optimizerContract('a program that stays for the run', programOf("require('node:readline').createInterface({ input: process.stdin }).on('line', answer)", 'run'))
