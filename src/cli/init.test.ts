/** `trace-eval init` in real folders. Stage: cli. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { initProject } from './init.ts'

let root = ''
beforeEach(async () => { root = await mkdtemp(join(tmpdir(), 'trace-eval-init-')) })
afterEach(async () => { await rm(root, { recursive: true }) })
const put = (name: string, text: string): Promise<void> => writeFile(join(root, name), text)

test('an empty project gets a config, a workflow and an eval, and is told what to install', async () => {
  await put('package.json', '{ "name": "app", "type": "module" }')
  expect(await initProject(root)).toEqual([
    'wrote  vitest.config.ts', 'wrote  evals/urgency.ts', 'wrote  evals/first.eval.ts', '', 'Next:', '  npm install trace-eval', '  npm install --save-dev vitest',
    '  npx trace-eval           improves the values in evals/urgency.ts and shows what changed',
    '  npx trace-eval accept    saves them as evals/first.params.json',
  ])
  expect((await readdir(root, { recursive: true })).sort()).toEqual(['evals', 'evals/first.eval.ts', 'evals/urgency.ts', 'package.json', 'vitest.config.ts'])
})

test('a CommonJS package gets a config that Vite loads as a module', async () => {
  await put('package.json', '{ "devDependencies": { "vitest": "5", "trace-eval": "1" } }')
  const lines = await initProject(root)
  expect(lines[0]).toBe('wrote  vitest.config.mts')
  expect(lines.join('\n')).not.toContain('npm install')
})

test('a second time nothing is written', async () => {
  await put('package.json', '{}')
  await initProject(root)
  await put('evals/urgency.ts', '// mine')
  expect((await initProject(root)).slice(0, 3)).toEqual(['kept   vitest.config.mts (it was there)', 'kept   evals/urgency.ts (it was there)', 'kept   evals/first.eval.ts (it was there)'])
  expect(await readFile(join(root, 'evals/urgency.ts'), 'utf8')).toBe('// mine')
})

test('a config that is there is left alone, and the line to add is shown', async () => {
  await put('package.json', '{}')
  await put('vite.config.js', 'export default {}')
  expect((await initProject(root)).slice(0, 3)).toEqual([
    'kept   vite.config.js; add to it:',
    '  plugins: [traceEval()]   with   import { traceEval } from \'trace-eval/config\'',
    '  (npx trace-eval runs without it; for plain vitest, name *.eval.ts in test.include too)',
  ])
  expect(await readFile(join(root, 'vite.config.js'), 'utf8')).toBe('export default {}')
})

test('without a package.json nothing is written', async () => {
  await expect(initProject(root)).rejects.toThrow(expect.objectContaining({
    code: 'INIT_NO_PACKAGE', message: `expected a package.json, received none, at ${join(root, 'package.json')}\n  Start a project first: npm init -y`,
  }))
  expect(await readdir(root)).toEqual([])
})

test('a broken package.json is named', async () => {
  await put('package.json', '{')
  await expect(initProject(root)).rejects.toThrow(expect.objectContaining({ code: 'INIT_NO_PACKAGE', message: `expected a package.json, received one that cannot be read, at ${join(root, 'package.json')}` }))
})
