/** A Battleship player in two steps whose code can be learned, ready for a model; here proposals come from a fixed list. No key needed. */
import { describeWorkflow } from 'trace-eval/vitest'
import { fixedProposals } from '../fixed-proposals.ts'
import { SHIP_CELLS } from './game.ts'
import { play } from './player.ts'
import { actProposals, reasonProposals } from './proposals.ts'

const hasModel = Boolean(process.env['TRACE_EVAL_MODEL'])
const optimizer = hasModel ? 'reflect' : fixedProposals({ act: actProposals, reason: reasonProposals })
const seeds = Array.from({ length: 12 }, (_, index) => ({ seed: index + 1 }))

describeWorkflow(hasModel ? 'battleship' : 'battleship (fixed proposals)', { workflow: play, threshold: 0.6, rounds: 5, optimizer }, (it) => {
  it.for(seeds)('sea $seed', async ({ seed }, { run, feedback }) => {
    const { hits, lost } = await run(seed)
    feedback(hits / SHIP_CELLS, `${hits} of ${SHIP_CELLS} cells of ships were hit${lost === 0 ? '' : `; ${lost} shots were lost on cells that had been shot at before`}`)
  })
})
