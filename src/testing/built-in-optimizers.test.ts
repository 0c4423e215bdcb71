/** Every optimizer that comes with the library keeps the contract. Stage: testing. */
import { sha256 } from '../core/hash.ts'
import { optimizerContract } from './optimizer-contract.ts'
import { bootstrapExamples } from '../optimize/bootstrap-examples.ts'
import { coordinate } from '../optimize/coordinate.ts'
import type { Model } from '../llm/model.ts'
import { randomSearch } from '../optimize/random-search.ts'
import { reflect } from '../optimize/reflect.ts'
import { search } from '../optimize/search.ts'
import { tpe } from '../optimize/tpe.ts'

for (const make of [search, tpe, coordinate, bootstrapExamples, randomSearch]) optimizerContract(make().name, make)

/** Scripted: gives every parameter it reads another value that its question allows. */
const scripted: Model = {
  name: 'scripted',
  send: async ({ messages }) => {
    const prompt = messages.map(({ content }) => content).join('\n')
    const edits = [...prompt.matchAll(/^(.*)\n<component name="([^"]+)">([\s\S]*?)<\/component>/gm)]
    const other = (about: string, value: string): string => {
      const choices = /one of (.*)$/.exec(about)?.[1]
      if (choices !== undefined) return JSON.stringify((JSON.parse(`[${choices}]`) as unknown[]).find((choice) => JSON.stringify(choice) !== value && choice !== value))
      if (about.includes('true or false')) return String(value !== 'true')
      const [, low, high] = /from (\S+) to (\S+)$/.exec(about) ?? []
      if (low !== undefined && high !== undefined) return value === low ? high : low
      return about.endsWith('number') ? String(Number(value) + 1) : `${value} ${sha256(prompt).slice(0, 6)}`
    }
    return { text: edits.map(([, about, name, value]) => `<component name="${name}">${other(about!, value!)}</component>`).join('\n'), finish: 'stop' }
  },
}
optimizerContract('reflect', () => reflect(scripted))
