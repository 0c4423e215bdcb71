/** Replies to customers by a chat model: rules of the shop that the first prompt does not know. Needs a model. */
import { describeWorkflow } from 'trace-eval/vitest'
import { configuredModel } from './chat.ts'
import messages from './messages.json' with { type: 'json' }
import { replyTo } from './support-reply.ts'

const skip = configuredModel(process.env) === undefined && 'no model: set TRACE_EVAL_MODEL, and OPENAI_API_KEY or OPENAI_BASE_URL'

describeWorkflow('support reply', { workflow: replyTo, threshold: 0.8, rounds: 3, maxEvaluations: 80, timeout: 60_000, skip }, (it) => {
  it.for(messages)('$id', async ({ input, name, topic }, { run, expect, check }) => {
    const reply = await run(input)
    await check('greets by name', () => expect(reply.split('\n')[0], 'the first line greets the customer by name').toContain(name))
    await check('short', () => expect(reply.split(/\s+/).length, 'a reply has at most 80 words').toBeLessThanOrEqual(80))
    await check('names the help page', () => expect(reply, 'the reply links to the help page of its topic').toContain(`https://shop.example/help/${topic}`))
    await check('promises no money', () => expect(reply, 'only a person may promise a refund').not.toMatch(/\b(?:we|i)(?: will|'ll| have) (?:refund|pay|return your money)/i), { weight: 2 })
  })
})
