/** What `trace-eval init` writes: a config, a workflow of a few lines, and the eval that improves it. Stage: cli. */

/** A Vitest config with our plugin, for projects that have none. */
export const configFile = `import { defineConfig } from 'vitest/config'
import { traceEval } from 'trace-eval/config'

export default defineConfig({
  plugins: [traceEval()],
  // With eval files in here, vitest and your editor measure them too. \`npx trace-eval\` finds them anyway.
  test: { include: ['**/*.{test,spec,eval}.?(c|m)[jt]s?(x)'] },
})
`

/** The workflow: app code that also runs in production. */
export const workflowFile = `import { bundle, parameter } from 'trace-eval'

export interface Ticket { text: string; days: number; paying: boolean }

// First guesses. \`npx trace-eval\` looks for better values within these bounds; nothing else may change.
export const alarmWeight = parameter('alarmWeight', 5, { range: [0, 10], description: 'Points for a word that sounds like trouble' })
export const waitWeight = parameter('waitWeight', 1, { range: [0, 5], description: 'Points for each day of waiting' })
export const threshold = parameter('threshold', 5, { range: [0, 10], description: 'Points from which on a ticket is urgent' })
export const matching = parameter('matching', 'word', { choices: ['word', 'any case', 'inside words'], description: 'How words are found' })
export const onlyPaying = parameter('onlyPaying', false, { description: 'Whether waiting counts for paying customers alone' })

const alarms = ['down', 'outage', 'lost', 'leak', 'locked out']

/** Whether somebody should look at this ticket now. */
export const isUrgent = bundle(function isUrgent({ text, days, paying }: Ticket): boolean {
  const alarmed = alarms.some((alarm) => found(alarm, text))
  const waited = onlyPaying.value && !paying ? 0 : days
  return (alarmed ? alarmWeight.value : 0) + waitWeight.value * waited >= threshold.value
})

function found(alarm: string, text: string): boolean {
  if (matching.value === 'inside words') return text.toLowerCase().includes(alarm)
  return new RegExp(\`\\\\b\${alarm}\\\\b\`, matching.value === 'any case' ? 'i' : '').test(text)
}
`

const tickets: readonly (readonly [text: string, days: number, paying: boolean, urgent: boolean])[] = [
  ['The whole site is DOWN since this morning', 0, true, true],
  ['How do I change my avatar?', 0, false, false],
  ['Outage? None of our users can sign in', 0, true, true],
  ['Where is the dark mode?', 3, false, false],
  ['Checkout is down, we lose orders', 0, true, true],
  ['A wish: keyboard shortcuts', 9, false, false],
  ['Customer data LEAK in the export', 0, false, true],
  ['Can I get a student discount?', 5, false, false],
  ['I am locked out before a demo in an hour', 0, true, true],
  ['Typo on the pricing page', 8, false, false],
  ['Locked out of the admin account', 1, true, true],
  ['How do I export to CSV?', 1, true, false],
  ['We lost all invoices of October', 0, true, true],
  ['Our invoice address changed', 2, true, false],
  ['LOST every photo after the update', 1, false, true],
  ['Love the new editor!', 4, false, false],
  ['API down in Europe', 0, true, true],
  ['What does the pro plan cost?', 6, false, false],
  ['Payments OUTAGE, please call', 0, false, true],
  ['Two newsletters a week are too many', 7, false, false],
  ['Security leak: I can see the mails of others', 0, false, true],
  ['Which browsers do you support?', 2, false, false],
  ['Everything is down again', 0, false, true],
  ['Add my colleague to the team', 1, true, false],
  ['Backup lost, restore fails', 0, true, true],
  ['Is there an API for reports?', 3, false, false],
  ['Still waiting for the contract you promised', 6, true, true],
  ['The logo looks blurry', 5, false, false],
  ['Any news on the migration?', 7, true, true],
  ['Where do I download the desktop app?', 1, false, false],
  ['Third reminder: our invoice is wrong', 5, true, true],
  ['Lost and found: whose umbrella is this?', 0, false, false],
  ['Please answer, our renewal is tomorrow', 4, true, true],
  ['Can we pay by bank transfer?', 2, true, false],
  ['Still no reply to the audit questions', 6, true, true],
  ['Please delete my old workspace', 6, false, false],
  ['Locked Out since the password reset', 0, false, true],
  ['Is the roadmap public?', 8, false, false],
  ['The import has been failing for a week', 7, true, true],
  ['Thanks, solved', 0, true, false],
  ['Our DNS is Down, nobody can work', 0, true, true],
  ['Please rename our company', 3, true, false],
]

/** The eval: cases as one writes unit tests. */
export const evalFile = `import { expect } from 'vitest'
import { describeWorkflow } from 'trace-eval/vitest'
import { isUrgent } from './urgency.ts'

const tickets = [
${tickets.map(([text, days, paying, urgent], index) => `  { id: ${index + 1}, text: ${JSON.stringify(text)}, days: ${days}, paying: ${paying}, urgent: ${urgent} },`).join('\n')}
]

describeWorkflow('ticket urgency', { workflow: isUrgent, threshold: 0.75 }, (it) => {
  it.for(tickets)('ticket $id', async ({ text, days, paying, urgent }, { run }) => {
    expect(await run({ text, days, paying }), text).toBe(urgent)
  })
})
`
