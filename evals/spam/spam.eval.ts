/** A spam filter on 400 mails of the public SpamAssassin corpus: weights, a limit and how hits are counted. No key needed. */
import { describeWorkflow } from 'trace-eval/vitest'
import mails from './mails.json' with { type: 'json' }
import { settings } from './settings.ts'
import { classifyMail } from './spam.ts'

describeWorkflow('spam filter', { workflow: classifyMail, ...settings }, (it) => {
  it.for(mails)('$id', async ({ input, expected }, { run, expect }) => {
    expect(await run(input), expected === 'spam' ? 'spam came through' : 'a wanted mail was taken for spam').toBe(expected)
  })
})
