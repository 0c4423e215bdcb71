/** The trace graphs of cases: a picture for all that went the same way, and the values of each. Stage: reporters. */
import type { KeptGraphs } from '../../src/report/graph-file.ts'
import type { CaseReport, WorkflowReport } from '../../src/report/run-report.ts'
import type { AlikePictures } from '../../src/picture/alike.ts'
import type { Allowance } from './allowance.ts'
import { caseDetail, saysSomething } from './case-detail.ts'
import { inOrder } from './case-order.ts'
import { html, trusted, type Content, type Markup } from './markup.ts'

/** What a page shows of them. */
export interface Graphs {
  /** By case id: its values, which the page's script puts into the picture when they are looked at. */
  readonly ofCase: ReadonlyMap<string, Markup>
  readonly pictures: Content
  /** Cases whose picture the page has no room for. */
  readonly left: number
}

export const noGraphs: Graphs = { ofCase: new Map(), pictures: undefined, left: 0 }

/** What the page has room for, in bytes. */
export interface GraphRoom { readonly pictures: Allowance; /** For what stands behind the rows of all cases, values of their graphs among it. */ readonly details: number }

/** Cases whose values stand in full; characters of one of the others at least; bytes of the markup around a value and around those of a case. */
const [IN_FULL, SHORTEST, AROUND_VALUE, AROUND_CASE] = [50, 16, 16, 240] as const

/** In the order of the page: what got worse first. In pictures of cases that failed the way of blame is marked. */
export async function drawGraphs({ caseResults }: WorkflowReport, { graphs, passed = {} }: KeptGraphs, id: string, room: GraphRoom): Promise<Graphs> {
  const all = new Map([...Object.entries(passed), ...Object.entries(graphs)])
  const wanted = inOrder(caseResults).filter((one) => all.has(one.id))
  if (wanted.length === 0) return noGraphs
  const { alikePictures } = await import('../../src/picture/alike.ts')
  const documents = (cases: readonly CaseReport[]) => new Map(cases.map((one) => [one.id, all.get(one.id)!]))
  const isFailed = (one: CaseReport): boolean => Object.hasOwn(graphs, one.id)
  const groups = [...alikePictures(documents(wanted.filter(isFailed)), { blame: 'all' }), ...alikePictures(documents(wanted.filter((one) => !isFailed(one))))]
  const ofCase = new Map<string, Markup>()
  const pictures: Markup[] = []
  const length = lengthOf(groups, room.details - sizeOfSaid(caseResults))
  for (const group of groups) {
    const name = `${id}-g${pictures.length + 1}`
    if (!room.pictures.has(4000)) break
    const svg = await group.draw(name)
    const fits = room.pictures.take(() => trusted(svg))
    if (fits === undefined) continue
    pictures.push(fits)
    const [first] = group.values.values()
    for (const [one, values] of group.values) ofCase.set(one, valueList(values, first!, { name, length: ofCase.size < IN_FULL ? Infinity : length }))
  }
  return { ofCase, pictures: html`<div class="unscripted pictures">${pictures}</div>`, left: wanted.length - ofCase.size }
}

/** How many characters of a value there is room for. */
function lengthOf(groups: readonly AlikePictures[], bytes: number): number {
  const values = groups.flatMap((group) => Array.from(group.values.values()))
  const room = bytes - values.length * AROUND_CASE
  return Math.max(SHORTEST, Math.floor(room / Math.max(1, values.reduce((sum, { length }) => sum + length, 0))) - AROUND_VALUE)
}

function sizeOfSaid(cases: readonly CaseReport[]): number {
  return cases.reduce((sum, one) => (saysSomething(one) ? sum + Buffer.byteLength(caseDetail(one, undefined).html) : sum), 0)
}

/** Those that differ from the ones in the picture, numbered as they stand in it. */
function valueList(values: readonly string[], first: readonly string[], { name, length }: { readonly name: string; readonly length: number }): Markup {
  let before = -1
  const own = values.flatMap((value, index) => {
    if (value === first[index]) return []
    const follows = index === before + 1
    before = index
    return [html`${follows ? html`<li>` : html`<li value="${index + 1}">`}${value.length > length ? `${value.slice(0, length - 1)}…` : value}`]
  })
  return html`<a href="#${name}">Its picture</a><ol data-picture="${name}">${own}</ol>`
}
