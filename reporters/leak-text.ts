/** Where the trace ends, with the fix. Stage: reporters. */
import type { Leak } from '../src/feedback/feedback.ts'
import { foreignLine } from './layout.ts'
import { count, placeText } from './wording.ts'

const leakWays: Readonly<Record<Leak['how'], (name: string) => string>> = {
  value: (name) => `reads the value of \`${name}\` outside of any step; read it inside a bundle or derive`,
  text: (name) => `reads \`${name}\` as plain text; use t\`…\``,
  json: (name) => `writes \`${name}\` as JSON; pass it to a bundle, or use derive`,
}

/** `route.ts:12:5 reads …; use t`…` (36 times)`. */
export function leakText({ node, how, location, count: times }: Leak): string {
  const place = placeText(location)
  return `${place === '' ? 'the workflow' : place} ${leakWays[how](foreignLine(node))}${times > 1 ? ` (${count(times, 'time')})` : ''}`
}
