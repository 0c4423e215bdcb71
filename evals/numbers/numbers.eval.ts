/** Numbers of 30 random expressions, by feedback that only says larger or smaller: with the trace graph, and without it. No key needed. */
import { describeWorkflow } from 'trace-eval/vitest'
import { compute, expressions } from './expressions.ts'
import { followGraph } from './follow-graph.ts'

const all = expressions(30, 1)
const workflow = (id: string) => compute(all.find((one) => one.id === id)!)
const options = { workflow, rounds: 10, patience: 10, maxCandidates: 2, maxEvaluations: 1000, holdOut: false } as const

for (const blind of [false, true]) {
  // What is learned of one expression says nothing about another, so none is held out.
  describeWorkflow(blind ? 'numbers, without the graph' : 'numbers', { ...options, optimizer: followGraph({ blind }), ...blind ? { gate: 'none' } : { threshold: 0.9 } }, (it) => {
    it.for(all.map(({ id, goal, startResult }) => ({ id, goal, startResult })))('$id', async ({ id, goal, startResult }, { run, feedback }) => {
      const distance = Math.abs(await run(id) - goal) / Math.abs(startResult - goal)
      feedback(Math.max(0, 1 - distance), distance < 1e-3 ? 'close enough' : `the result should be ${await run(id) < goal ? 'larger' : 'smaller'}`)
    })
  })
}
