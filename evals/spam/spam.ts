/** A spam filter as one writes it first: words and habits that speak for spam or against it, each with a weight. */
import { bundle, parameter, type Parameter } from 'trace-eval'
import { countSignals, strengthOf, type Counting, type Reading, type Signal } from './signals.ts'
import type { Mail } from './read-mail.ts'

const weight = (signal: Signal, value: number): Parameter<number> =>
  parameter(signal, value, { range: [-3, 3], integer: true, description: `Points for each hit of the signal "${signal}"; below 0 it speaks against spam.` })

/** Points per signal. The first guess: one for each thing that spam is known for; what else is counted has no say yet. */
export const weights: Readonly<Record<Signal, Parameter<number>>> = {
  money: weight('money', 1),
  offer: weight('offer', 1),
  pressure: weight('pressure', 1),
  removal: weight('removal', 1),
  stranger: weight('stranger', 1),
  exclamation: weight('exclamation', 1),
  shouting: weight('shouting', 1),
  links: weight('links', 0),
  numericLinks: weight('numericLinks', 1),
  markup: weight('markup', 0),
  news: weight('news', 0),
  talk: weight('talk', 0),
  technical: weight('technical', 0),
  quoting: weight('quoting', 0),
}
export const limit = parameter('limit', 2, { range: [0, 10], description: 'A mail with more points is spam.' })
export const counting = parameter('counting', 'each', { choices: ['once', 'each', 'log'], description: 'How hits of one signal add up.' })
export const subjectFactor = parameter('subjectFactor', 1, { range: [0.25, 8], log: true, description: 'A hit in the subject counts as this many in the body.' })
export const skipQuoted = parameter('skipQuoted', false, { description: 'Leave out lines that quote another mail.' })
export const lookAt = parameter('lookAt', 400, { range: [50, 400], integer: true, description: 'Characters of the body that are read.' })

const read = bundle(function read(mail: Mail, length: number, withoutQuotes: boolean): Reading {
  const body = withoutQuotes ? mail.body.replaceAll(/^>.*\n?/gm, '') : mail.body
  return { head: `${mail.type}; ${mail.mailer}`, subject: mail.subject, body: body.slice(0, length) }
})

// A weight is read only where its signal occurs: a failing mail blames what had a say in it, and nothing else.
const points = bundle(function points(reading: Reading, factor: number, how: Counting): number {
  const inSubject = countSignals(reading.subject)
  const inBody = countSignals(`${reading.head}\n${reading.body}`)
  let sum = 0
  for (const signal of Object.keys({ ...inSubject, ...inBody }) as Signal[]) {
    const hits = (inBody[signal] ?? 0) + factor * (inSubject[signal] ?? 0)
    sum += weights[signal].value * strengthOf(hits, how)
  }
  return sum
})

const judge = bundle(function judge(sum: number, most: number): 'spam' | 'ham' {
  return sum > most ? 'spam' : 'ham'
})

/** `spam` or `ham`. */
export function classifyMail(mail: Mail) {
  return judge(points(read(mail, lookAt, skipQuoted), subjectFactor, counting), limit)
}
