/** The HTML report in a real browser: what a reader sees, hears, types and clicks, and what nobody gets it to do. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { renderHtml, type HtmlOptions } from '../../reporters/html/render-html.ts'
import { hostile } from '../../reporters/hostile.ts'
import { aFailure, aGain, sampleRuns } from '../../reporters/sample-reports.ts'
import { bundle } from '../../src/graph/bundle.ts'
import { parameter } from '../../src/graph/parameter.ts'
import { toTgj } from '../../src/graph/tgj.ts'
import type { RunReport, WorkflowReport } from '../../src/report/run-report.ts'
import { browserForTests, type Looks, type Page } from './browser.ts'

const openPage = browserForTests()
const open = async (run: RunReport, looks: Looks = {}, options: HtmlOptions = {}): Promise<Page> => openPage(await renderHtml(run, options), looks)
const runOf = (...workflows: WorkflowReport[]): RunReport => ({ ...sampleRuns['a gain']!, workflows })
const many = (count: number): WorkflowReport => ({
  ...aGain, cases: { total: count, learn: count - 24, heldOut: 24 },
  caseResults: Array.from({ length: count }, (_, index) => ({ ...aGain.caseResults[index % 13]!, id: `case-${index}`, title: `ticket ${index}` })),
})
/** Opens the graph in the row with this id, and waits until it is drawn. */
const openGraph = (row: string): string => `{ const graph = document.querySelector('#${row} details.graph'); graph.open = true; new Promise((done) => graph.addEventListener('toggle', () => done(), { once: true })) }`
const shownTitles = `[...document.querySelectorAll('tbody.case')].filter((row) => row.checkVisibility()).map((row) => row.querySelector('.title').textContent)`

describe('the page', () => {
  test.each(Object.keys(sampleRuns))('of %s loads nothing, breaks no policy and shows every workflow', async (name) => {
    const run = sampleRuns[name]!
    const page = await open(run)
    const text = await page.run<string>('document.body.innerText')
    for (const said of [...run.workflows.flatMap(({ name, reason }) => [name, reason]), ...run.problems.map(({ message }) => message)]) expect(text).toContain(said)
    expect(page.problems).toEqual([])
  })

  test('has a policy under which no injected script, style or picture does anything', async () => {
    const asked: string[] = []
    const server = createServer(({ url }, response) => { asked.push(url!); response.end() })
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
    const { port } = server.address() as AddressInfo
    const page = await open(runOf(aGain))
    await page.run(`new Promise((done) => {
      document.body.insertAdjacentHTML('beforeend', '<p id=injected style="color:red" onclick="window.hacked=1"></p><style>#injected{color:red}</style>')
      document.getElementById('injected').click()
      const script = document.createElement('script'); script.textContent = 'window.hacked = 2'; document.body.append(script)
      const image = new Image(); image.onload = image.onerror = done; image.src = 'http://127.0.0.1:${port}/x.png'
    })`)
    expect(await page.run(`[window.hacked, getComputedStyle(document.getElementById('injected')).color]`)).toEqual([null, 'rgb(27, 31, 36)'])
    expect(asked).toEqual([])
    server.close()
  })

  test('shows what models and cases say as text, whatever it is', async () => {
    const attack = `</script><script>window.hacked=1</script><img src=x onerror="window.hacked=2">"'\`><svg onload=window.hacked=3>&lt;\u202eevil\u001b[31mred\u0000]]>-->`
    const run = hostile(runOf({ ...aGain, steps }, aFailure), attack)
    const page = await open(run)
    expect(await page.run('window.hacked')).toBe(undefined)
    expect(await page.run(`document.querySelectorAll('img,iframe,object,embed,svg [onload],body script').length`)).toBe(0)
    expect(await page.run('document.body.textContent')).toContain(`ticket routing</script><script>window.hacked=1</script><img src=x onerror="window.hacked=2">`)
    expect(await page.run('document.documentElement.outerHTML')).not.toMatch(/[\u0000-\u0008\u000e-\u001f\u202e]/) // oxlint-disable-line no-control-regex
    expect(page.problems).toEqual([])
  })

  test('without script everything it holds can be read', async () => {
    const page = await open(runOf(aGain), { script: false })
    const { root } = await page.send('DOM.getDocument', { depth: 0 }) as unknown as { root: { nodeId: number } }
    const { nodeIds } = await page.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector: 'tr.detail' }) as unknown as { nodeIds: number[] }
    expect(nodeIds.length).toBe(13)
    for (const nodeId of nodeIds) await page.send('DOM.getBoxModel', { nodeId })
  })
})

describe('colours', () => {
  const background = `getComputedStyle(document.body).backgroundColor`
  test('follow the system, until the reader chooses others', async () => {
    const [light, dark] = [await open(runOf(aGain)), await open(runOf(aGain), { dark: true })]
    const [white, black] = [await light.run(background), await dark.run(background)]
    expect([white, black]).toEqual(['rgb(245, 246, 248)', 'rgb(14, 17, 22)'])
    await light.run(`document.querySelector('[data-theme-button]').click(); document.querySelector('[data-theme-button]').click()`)
    expect(await light.run(background)).toBe(black)
    expect(await light.run(`document.querySelector('[data-theme-button]').textContent`)).toBe('Colours: dark')
  })

  test.each([['light', false], ['dark', true]] as const)('let every text be read: %s', async (_, dark) => {
    const page = await open(runOf({ ...aGain, steps }, aFailure), { dark })
    expect(await page.run(lowContrast)).toEqual([])
  })
})

describe('the table of cases', () => {
  test('shows what got worse first, open', async () => {
    const page = await open(runOf(aGain))
    expect((await page.run<string[]>(shownTitles)).slice(0, 4)).toEqual(['T-101', 'T-301', 'T-300', 'T-20'])
    expect(await page.run(`document.querySelector('tbody.case .detail').checkVisibility()`)).toBe(true)
  })

  test('finds cases by what they said, and says how many', async () => {
    const page = await open(runOf(many(2000)))
    await page.run(`{ const box = document.querySelector('[data-search]'); box.value = 'TIMEOUT 24'; box.dispatchEvent(new Event('input')) }`)
    const found = await page.run<string[]>(shownTitles)
    expect(found.length).toBeGreaterThan(0)
    expect(found.every((title) => title.includes('24'))).toBe(true)
    expect(await page.run(`document.querySelector('[role=status]').textContent`)).toBe(`${found.length} of 2,000 cases`)
  })

  test('filters by what became of a case and by its set', async () => {
    const page = await open(runOf(aGain))
    await page.run(`document.querySelector('[data-state-filter][value=failing]').click()`)
    expect(await page.run(shownTitles)).toEqual(['T-101', 'T-300', 'a threat goes to a person'])
    await page.run(`{ const box = document.querySelector('[data-set-filter]'); box.value = 'learn'; box.dispatchEvent(new Event('change')) }`)
    expect(await page.run(shownTitles)).toEqual(['a threat goes to a person'])
  })

  test('sorts up, down, and back', async () => {
    const page = await open(runOf(many(30)))
    const titles = async (): Promise<string[]> => (await page.run<string[]>(shownTitles)).slice(0, 3)
    const click = `document.querySelector('[data-sort=title]').click()`
    const given = await titles()
    await page.run(click)
    expect(await titles()).toEqual(['ticket 0', 'ticket 1', 'ticket 2'])
    expect(await page.run(`document.querySelector('.cases th').ariaSort`)).toBe('ascending')
    await page.run(click)
    expect(await titles()).toEqual(['ticket 29', 'ticket 28', 'ticket 27'])
    await page.run(click)
    expect(await titles()).toEqual(given)
  })

  test('is opened with the keyboard alone', async () => {
    const page = await open(runOf(aGain))
    await page.run(`document.querySelectorAll('button.toggle')[1].focus()`)
    const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' }
    await page.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key })
    await page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
    expect(await page.run(`document.activeElement.getAttribute('aria-expanded')`)).toBe('true')
    expect(await page.run(`document.getElementById(document.activeElement.getAttribute('aria-controls')).checkVisibility()`)).toBe(true)
  })

  test('with 2,000 cases shows 100 until the others are asked for', async () => {
    const page = await open(runOf(many(2000)))
    expect((await page.run<string[]>(shownTitles)).length).toBe(100)
    await page.run(`document.querySelector('[data-more]').click()`)
    expect((await page.run<string[]>(shownTitles)).length).toBe(2000)
  })

  test('an open trace graph scrolls in its own frame: the table stays as wide as it was', async () => {
    const wide = Array.from({ length: 12 }, (_, index) => parameter(`a parameter with a long name ${index}`, index))
    const output = bundle(function add(...all: number[]) { return all.length })(...wide)
    const page = await open(runOf(aGain), {}, { graphsOf: () => ({ graphs: { 'T-101': toTgj([output]) }, leftOut: {} }) })
    const width = `document.querySelector('table.cases').offsetWidth`
    const before = await page.run(width)
    await page.run(openGraph('w1-c0'))
    expect(await page.run(`document.querySelector('#w1-c0 svg.trace-eval-graph').checkVisibility()`)).toBe(true)
    expect(await page.run(width)).toBe(before)
  })

  test('shows the trace graph of any of 2,000 cases: the picture of those that went the same way, with its own values', async () => {
    const instructions = parameter('instructions', 'Route the ticket.')
    const render = bundle(function render(prompt: string, ticket: string) { return `${prompt} ${ticket}` })
    const route = bundle(function route(prompt: string) { return { team: prompt.length % 2 === 0 ? 'billing' : 'support', why: prompt.slice(-40) } })
    const ticket = (index: number): string => `ticket ${index}: ${index % 3 === 0 ? 'I was charged twice for the last order, and nobody answers my mails about it' : 'lost'} <b>`
    const graphOf = (index: number) => toTgj([route(render(instructions as never, ticket(index)) as never)])
    const graphs = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`case-${index}`, graphOf(index)]))
    const page = await open(runOf(many(2000)), {}, { graphsOf: () => ({ graphs, leftOut: {} }) })
    for (const index of [0, 3, 1999]) {
      const row = await page.run<string>(`[...document.querySelectorAll('tbody.case')].find(({ dataset }) => dataset.title === 'ticket ${index}').id`)
      await page.run(openGraph(row))
      const boxes = await page.run<string[][]>(`[...document.querySelectorAll('#${row} svg .box')].map((box) => [...box.querySelectorAll('text:not(.note)')].sort((a, b) => a.getAttribute('y') - b.getAttribute('y')).map(({ textContent }) => textContent.trim())).filter(({ length }) => length > 0)`)
      const value = `Route the ticket. ${ticket(index)}`
      expect(boxes.map(([title, ...lines]) => `${title} ${lines.join(' ')}`).map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
        'instructions = "Route the ticket."', expect.stringContaining(`ticket: "${ticket(index)}`.slice(0, 60)), expect.stringContaining(value.slice(-40)),
      ])
      // Nothing sticks out of its box.
      expect(await page.run(`[...document.querySelectorAll('#${row} svg .box')].filter((box) => [...box.querySelectorAll('text:not(.note)')].some((text) => text.getBBox().y + text.getBBox().height > box.querySelector('.shape').getBBox().height)).length`)).toBe(0)
    }
    expect(page.problems).toEqual([])
  })

  test('without script a case tells its values, and leads to the picture they belong to', async () => {
    const step = bundle(function shout(text: string) { return text.toUpperCase() })
    const page = await open(runOf(aGain), { script: false }, { graphsOf: () => ({ graphs: { 'T-101': toTgj([step('one' as never)]), 'T-300': toTgj([step('two' as never)]) }, leftOut: {} }) })
    const { root } = await page.send('DOM.getDocument', { depth: 0 }) as unknown as { root: { nodeId: number } }
    for (const selector of ['#w1-g1', 'ol[data-picture]']) {
      const { nodeId } = await page.send('DOM.querySelector', { nodeId: root.nodeId, selector }) as unknown as { nodeId: number }
      expect(nodeId, selector).not.toBe(0)
      if (selector === '#w1-g1') await page.send('DOM.getBoxModel', { nodeId })
    }
  })

  test('a link to a case opens it, also where a filter hides it', async () => {
    const page = await open(runOf(aGain))
    await page.run(`document.querySelector('[data-state-filter][value=better]').click(); location.hash = '#w1-c0'; new Promise((done) => setTimeout(done, 50))`)
    expect(await page.run(`document.activeElement.textContent`)).toBe('T-101')
    expect(await page.run(`document.getElementById('w1-c0').checkVisibility()`)).toBe(true)
  })
})

describe('for everyone', () => {
  test('every control has a name, every table heads, every id is there once', async () => {
    const page = await open(runOf({ ...aGain, steps }, aFailure))
    const { nodes } = await page.send('Accessibility.getFullAXTree') as unknown as { nodes: { role?: { value: string }; name?: { value: string }; ignored: boolean }[] }
    const named = ['button', 'link', 'searchbox', 'radio', 'combobox', 'image', 'region', 'navigation', 'search', 'heading', 'columnheader', 'rowheader']
    const nameless = nodes.filter(({ ignored, role, name }) => !ignored && named.includes(role?.value ?? '') && (name?.value ?? '').trim() === '').map(({ role }) => role!.value)
    expect(nameless).toEqual([])
    expect(nodes.filter(({ role }) => role?.value === 'columnheader').length).toBeGreaterThan(10)
    expect(await page.run(`{ const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id); ids.filter((id, index) => ids.indexOf(id) !== index) }`)).toEqual([])
    expect(await page.run(`[...document.querySelectorAll('[aria-controls],[aria-labelledby]')].filter((one) => document.getElementById(one.getAttribute('aria-controls') ?? one.getAttribute('aria-labelledby')) === null).length`)).toBe(0)
  })

  test.each([360, 700, 1600])('nothing is wider than a window of %i pixels', async (width) => {
    const page = await open(runOf({ ...aGain, steps }, aFailure), { width })
    expect(await page.run('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
  })
})

const steps: NonNullable<WorkflowReport['steps']> = [{
  round: 1, optimizer: 'reflect', purpose: 'propose', model: 'qwen3', messages: [{ role: 'system', content: 'You improve prompts.' }, { role: 'user', content: 'Fix this.' }], answer: 'Here it is.',
  edits: [{ parameter: 'instructions', from: 'Route the ticket.', to: 'Route the ticket to one team.', state: 'kept', reason: 'kept in round 1', notes: ['copies 40 characters of case T-7'] }],
  inputTokens: 3200, outputTokens: 120, durationMs: 2100,
}]

/** Texts whose contrast with what is painted behind them is below what WCAG asks for, 4.5 to 1. */
const lowContrast = `(() => {
  const paint = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { r, g, b, a } }
  const light = ({ r, g, b }) => [r, g, b].map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)).reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0)
  const behind = (element) => { for (let one = element; one; one = one.parentElement) { const color = paint(getComputedStyle(one).backgroundColor); if (color.a === 1) return color } return paint('rgb(255,255,255)') }
  const found = new Set()
  for (const box of document.querySelectorAll('details')) box.open = true
  for (const row of document.querySelectorAll('tbody.case')) row.classList.add('open')
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('svg.trace-eval-graph') || ![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '') || !element.checkVisibility()) continue
    const style = getComputedStyle(element)
    const [a, b] = [light(paint(element instanceof SVGElement ? style.fill : style.color)), light(behind(element.closest('svg') ?? element))].sort((x, y) => y - x)
    if ((a + 0.05) / (b + 0.05) < 4.5) found.add(element.tagName + '.' + (element.getAttribute('class') ?? '') + ' ' + element.textContent.trim().slice(0, 30))
  }
  return [...found]
})()`
