/** Documents as a run stores them, for tests of what reads them. Stage: report. */
import type { KeptGraphs, StoredGraphs } from './graph-file.ts'
import { frameGraphs } from './graph-frames.ts'

export function storedGraphs({ graphs, passed = {}, leftOut }: KeptGraphs): StoredGraphs {
  const { frames, cases } = frameGraphs({ ...passed, ...graphs })
  return { failed: Object.keys(graphs), frames, cases: Object.entries(cases), leftOut }
}
