/** Pictures of the trace graphs of cases, as many as the page has room for. Stage: reporters. */
import type { KeptGraphs } from '../../src/report/graph-file.ts'
import type { WorkflowReport } from '../../src/report/run-report.ts'
import type { Allowance } from './allowance.ts'
import { inOrder } from './cases.ts'
import { trusted, type Markup } from './markup.ts'

/** By case id, drawn in the order of the page: what got worse first. A picture that does not fit is left out. */
export async function drawGraphs({ caseResults, name }: WorkflowReport, { graphs, passed = {} }: KeptGraphs, room: Allowance): Promise<Map<string, Markup>> {
  const drawn = new Map<string, Markup>()
  const all = new Map([...Object.entries(passed), ...Object.entries(graphs)])
  const wanted = inOrder(caseResults).filter(({ id }) => all.has(id))
  if (wanted.length === 0) return drawn
  const [{ toSvg }, { styleSheet }] = await Promise.all([import('../../src/picture/to-svg.ts'), import('../../src/picture/svg-style.ts')])
  for (const { id, title } of wanted) {
    if (!room.has(4000)) break
    // The page has the style for all of them, once.
    const svg = (await toSvg(all.get(id)!, { title: `${name} > ${title}`, blame: 'all' })).replace(`<style>${styleSheet}</style>`, '')
    const fits = room.take(() => trusted(svg))
    if (fits !== undefined) drawn.set(id, fits)
  }
  return drawn
}
