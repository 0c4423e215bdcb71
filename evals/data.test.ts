/** What holds for every data file of the evals. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import agents from './crawlers/agents.json' with { type: 'json' }
import pool from './crawlers/pool.json' with { type: 'json' }
import mails from './spam/mails.json' with { type: 'json' }
import messages from './support-reply/messages.json' with { type: 'json' }

const notes = readFileSync(new URL('README.md', import.meta.url), 'utf8')
const files = { 'spam/mails.json': mails, 'crawlers/agents.json': agents, 'crawlers/pool.json': pool, 'support-reply/messages.json': messages }

describe.for(Object.entries(files))('%s', ([path, rows]) => {
  const text = readFileSync(new URL(path, import.meta.url), 'utf8')

  test('gives every row an id of its own', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
  })

  test('holds no character that a terminal would act on', () => {
    const strings = JSON.stringify(JSON.parse(text))
    expect(strings.match(/[\u007F-\u009F]|\\u[0-9a-f]{4}|(?<!\\)\\[bfrt]/g)).toBeNull()
  })

  test('names no mail address but the mask', () => {
    // At the end of a body the mask may be cut off.
    expect(text.replaceAll(/someone@example(?:\.\w*)?/g, '').match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g)).toBeNull()
  })

  test('has its source and licence in the notes', () => {
    const section = notes.split(/^## /m).find((part) => part.includes(`\`${path}\``))
    expect(section).toMatch(/^Source: .+$/m)
    expect(section).toMatch(/^Licence: .+$/m)
  })
})

test.for([['spam/mails.json', mails], ['crawlers/agents.json', agents], ['crawlers/pool.json', pool]] as const)('each class of %s has a fifth of the rows or more', ([, rows]) => {
  const classes = Map.groupBy(rows as readonly { expected: string }[], ({ expected }) => expected)
  expect(classes.size).toBe(2)
  for (const members of classes.values()) expect(members.length).toBeGreaterThanOrEqual(rows.length / 5)
})

test('no example of the pool is a case, nor a variant of one', () => {
  const clusters = new Set(agents.map(({ cluster }) => cluster))
  expect(pool.filter(({ cluster, input }) => clusters.has(cluster) || agents.some((agent) => agent.input === input))).toEqual([])
})
