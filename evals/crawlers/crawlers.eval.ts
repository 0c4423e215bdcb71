/** Crawler or person, by the user agent: which examples to compare with, and how. No key needed. */
import { describeWorkflow } from 'trace-eval/vitest'
import agents from './agents.json' with { type: 'json' }
import { classifyAgent } from './crawlers.ts'
import { settings } from './settings.ts'

describeWorkflow('crawler recognition', { workflow: classifyAgent, ...settings }, (it) => {
  // Agents of one cluster differ in version numbers only: they stand on one side of the split.
  it.for(agents, ({ cluster }) => ({ cluster }))('$id', async ({ input, expected }, { run, expect }) => {
    expect(await run(input), `this is a ${expected}`).toBe(expected)
  })
})
