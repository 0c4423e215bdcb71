/** What the page holds, and what it leaves out to stay small. Stage: reporters. */
import { describe, expect, test } from 'vitest'
import { bundle } from '../../src/graph/bundle.ts'
import { parameter } from '../../src/graph/parameter.ts'
import { toTgj, type TgjDocument } from '../../src/graph/tgj.ts'
import type { CaseReport, RunReport, WorkflowReport } from '../../src/report/run-report.ts'
import { aGain, sampleRuns } from '../sample-reports.ts'
import { renderHtml } from './render-html.ts'

const runOf = (...workflows: WorkflowReport[]): RunReport => ({ ...sampleRuns['a gain']!, workflows })
const size = (page: string): number => Buffer.byteLength(page)
const LIMIT = 5_000_000

function talkative(count: number, length: number): CaseReport[] {
  const message = `expected ${'ü<"'.repeat(length / 3)}`
  const feedback: CaseReport['feedback'] = Array.from({ length: 10 }, () => ({ kind: 'assertion', message, soft: true, diff: message }))
  return Array.from({ length: count }, (_, index) => ({ ...aGain.caseResults[0]!, id: `c${index}`, title: `case ${index}`, feedback, feedbackBefore: feedback }))
}

describe('the page stays below 5 MB', () => {
  test('with 2,000 cases, all of them in it', async () => {
    const caseResults = Array.from({ length: 2000 }, (_, index) => ({ ...aGain.caseResults[index % 13]!, id: `c${index}`, title: `case ${index}: the customer asks where the parcel is` }))
    const page = await renderHtml(runOf({ ...aGain, caseResults }))
    expect(page.match(/<tbody class="case/g)!.length).toBe(2000)
    expect(page).not.toContain('left out to keep this page small')
    expect(size(page)).toBeLessThan(LIMIT)
  })

  test('with cases that say more than it holds, and tells where the rest is', async () => {
    const page = await renderHtml(runOf({ ...aGain, caseResults: talkative(2000, 4000) }))
    expect(page.match(/<tbody class="case/g)!.length).toBe(2000)
    expect(page).toMatch(/What [\d,]+ cases said is left out to keep this page small; it stands in report\.json/)
    expect(size(page)).toBeLessThan(LIMIT)
  })

  test('with more cases than it holds, and tells how many it shows', async () => {
    const caseResults = Array.from({ length: 20_000 }, (_, index) => ({ ...aGain.caseResults[20]!, id: `c${index}`, title: `case ${index}` }))
    const page = await renderHtml(runOf({ ...aGain, caseResults }))
    expect(page).toMatch(/<p class="note">[\d,]+ cases of 20,000: this page holds no more/)
    expect(size(page)).toBeLessThan(LIMIT)
  })

  test('with 30 workflows, long texts and steps without end', async () => {
    const long = 'an instruction <that> goes on & on\n'.repeat(5000)
    const steps: WorkflowReport['steps'] = Array.from({ length: 60 }, () => ({
      round: 1, optimizer: 'reflect', purpose: 'propose', model: 'm', messages: [{ role: 'user', content: 'x'.repeat(8000) }], answer: 'y'.repeat(8000), edits: [], inputTokens: 1, outputTokens: 1, durationMs: 1,
    }))
    const parameters = [{ ...aGain.parameters[0]!, from: long, to: `${long}!` }]
    const page = await renderHtml(runOf(...Array.from({ length: 30 }, (_, index) => ({ ...aGain, name: `w${index}`, parameters, steps, caseResults: talkative(20, 999) }))))
    expect(page).toMatch(/\d+ steps left out to keep this page small/)
    expect(size(page)).toBeLessThan(LIMIT)
  })
})

const instructions = parameter('instructions', 'Route <it>.')
const answer = bundle(function answer(prompt: string, ticket: string) { return `${prompt} ${ticket}` })
const graphOf = (ticket: string): TgjDocument => toTgj([answer(instructions as never, ticket)])

test('cases that went the same way share a picture, with the parameters that are to blame marked where they failed', async () => {
  const page = await renderHtml(runOf(aGain), { graphsOf: () => ({ graphs: { 'T-101': graphOf('one'), 'T-300': graphOf('</svg><script>') }, passed: { 'ok-1': graphOf('two') }, leftOut: {} }) })
  expect(page.match(/<svg [^>]*class="trace-eval-graph"/g)).toHaveLength(2)
  expect(page.match(/class="box parameter blamed"/g)).toHaveLength(1)
  expect(page).toContain('Route &lt;it&gt;.')
  expect(/<a href="#w1-g1">.*?<li.*?<\/ol>/.exec(page)![0]).toBe(`<a href="#w1-g1">Its picture</a><ol data-picture="w1-g1"><li value="2">ticket: &quot;&lt;/svg&gt;&lt;script&gt;&quot;<li>= &quot;Route &lt;it&gt;. &lt;/svg&gt;&lt;script&gt;&quot;</ol>`)
  // One style for all pictures, and the policy lets no other in.
  expect(page.match(/<style>/g)).toHaveLength(1)
})

describe('trace graphs of 2,000 cases', () => {
  const caseResults = Array.from({ length: 2000 }, (_, index) => ({ ...aGain.caseResults[index % 13]!, id: `c${index}`, title: `case ${index}: the customer asks where the parcel is` }))
  const page = (graphs: Record<string, TgjDocument>): Promise<string> => renderHtml(runOf({ ...aGain, caseResults }), { graphsOf: () => ({ graphs, leftOut: {} }) })
  const all = (graph: (index: number) => TgjDocument): Record<string, TgjDocument> => Object.fromEntries(caseResults.map(({ id }, index) => [id, graph(index)]))

  test('are all there', async () => {
    const text = await page(all((index) => graphOf(`Ticket ${index}: I was charged twice for order ${index * 7} and want my money back, today if you can.`)))
    expect(text.match(/<ol data-picture="w1-g1">/g)).toHaveLength(2000)
    expect(/[^>]*left out[^<]*/.exec(text)).toBeNull()
    expect(size(text)).toBeLessThan(LIMIT)
  })

  test('have shorter values where they are large', async () => {
    const steps = Array.from({ length: 7 }, (_, index) => bundle((text: string, ticket: string) => `${text.slice(0, 5)} ${index} ${ticket}`, { name: `step ${index}` }))
    const text = await page(all((index) => toTgj([steps.reduce<unknown>((output, step) => step(output as never, `${index} ${'long '.repeat(30)}` as never), instructions) as never])))
    expect(text.match(/<ol data-picture="w1-g1">/g)).toHaveLength(2000)
    expect(size(text)).toBeLessThan(LIMIT)
  })

  test('that look all different are drawn as far as there is room, and counted', async () => {
    const text = await page(all((index) => toTgj([bundle((prompt: string) => prompt, { name: `step ${index}` })(instructions as never)])))
    const drawn = text.match(/data-picture=/g)!.length
    expect(drawn).toBeGreaterThan(100)
    expect(/<p class="note">(The trace graphs.*?)<\/p>/.exec(text)![1]).toBe(`The trace graphs of ${(2000 - drawn).toLocaleString('en')} cases are left out to keep this page small; <code>npx trace-eval show --graph --case ID</code> draws them.`)
    expect(size(text)).toBeLessThan(LIMIT)
  })
})

test('a script of a few kilobytes is all that runs', async () => {
  const [, script] = /<script>([^]*?)<\/script>/.exec(await renderHtml(runOf(aGain)))!
  expect(script!.length).toBeGreaterThan(500)
  expect(script!.length).toBeLessThan(8000)
})

test('every gate is listed where there are several, those that failed first', async () => {
  const [gate] = aGain.gates
  const page = await renderHtml(runOf({ ...aGain, gates: [gate!, { ...gate!, what: 'check "short"', verdict: 'fail', passed: false }] }))
  expect(page.indexOf('check &quot;short&quot;')).toBeLessThan(page.indexOf('<bdi>score</bdi>'))
  expect(await renderHtml(runOf(aGain))).not.toContain('>Gates<')
})
