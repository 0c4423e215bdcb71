/** A greeting agent whose code can be learned, ready for a model; here proposals come from a fixed list. No key needed. */
import { describeWorkflow } from 'trace-eval/vitest'
import { fixedProposals } from '../fixed-proposals.ts'
import { contacts } from './contacts.ts'
import { greet } from './greeting.ts'
import { proposals } from './proposals.ts'

const hasModel = Boolean(process.env['TRACE_EVAL_MODEL'])
const optimizer = hasModel ? 'reflect' : fixedProposals({ greet: proposals })

describeWorkflow(hasModel ? 'sales greeting' : 'sales greeting (fixed proposals)', { workflow: (message: string) => greet({ message }), threshold: 0.9, rounds: 4, optimizer }, (it) => {
  it.for(contacts)('$id', async ({ message, language, name }, { run, expect, check }) => {
    const greeting = await run(message)
    await check('language', () => expect(greeting, 'greet in the language of the customer').toMatch(language === 'es' ? /^Hola\b/ : /^Hello\b/))
    await check('name', () => expect(greeting, 'greet by name where there is one').toContain(name ?? ','))
    await check('offer', () => expect(greeting, 'offer help').toMatch(/help|ayudar/))
  })
})
