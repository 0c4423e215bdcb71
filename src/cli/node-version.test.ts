/** Which Node versions the command runs on. Stage: cli. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { neededNode, nodeIsSupported, nodeProblem } from './node-version.ts'

test.for([
  ['18.20.4', false], ['20.20.2', false], ['21.7.3', false], ['22.11.0', false], ['22.12.0', true], ['22.23.3', true],
  ['23.11.0', false], ['24.0.0', true], ['24.21.0', true], ['25.1.0', false], ['26.0.0', true], ['27.0.0-nightly', true],
] as const)('Node %s: %s', ([version, supported]) => {
  expect(nodeIsSupported(version)).toBe(supported)
})

test('the range is the one of package.json', async () => {
  const { engines } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as { engines: { node: string } }
  expect(neededNode).toBe(engines.node)
})

test('an old Node is told what is needed and how to get it', () => {
  expect(nodeProblem('20.20.2', '/usr/bin/node')).toMatchInlineSnapshot(`
    "error NODE_VERSION: expected Node ^22.12.0 || ^24.0.0 || >=26.0.0, received 20.20.2, at /usr/bin/node
      Install a current Node, or only for this project: npm i -D node@24
      (npx and npm scripts then run on that Node; its install script must be allowed to run).
    "
  `)
})
