/** `trace-eval calibrate` as a process, on files on disk. Stage: cli. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const command = fileURLToPath(new URL('main.ts', import.meta.url))
const judges = `
export const short = Object.assign(function short(output: string) { return { score: Number(output.length < 6), text: output.length + ' characters' } }, { threshold: 0.5 })
export const silent = function silent(): number { throw new Error('the service is down, sk-abcdefghijklmnopqrstuvwx') }
export const notAJudge = 7
`
const rows = [{ output: 'Hi.', label: true }, { output: 'Yes.', label: true }, { output: 'Hello there.', label: false }, { output: 'Hello.', label: true, id: 'greeting' }]

async function run(files: Readonly<Record<string, string>>, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const root = mkdtempSync(join(tmpdir(), 'calibrate-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [file, text] of Object.entries({ 'package.json': '{ "type": "module" }', 'judges.ts': judges, 'labelled.json': JSON.stringify(rows), ...files })) writeFileSync(join(root, file), text)
  return await new Promise((done) => {
    execFile(process.execPath, [command, 'calibrate', ...args], { cwd: root, env: { ...process.env, NO_COLOR: '1' } }, (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr: stderr.replaceAll(root, '<root>') }))
  })
}

test('prints agreement and kappa of one judge of a module', async () => {
  const { code, stdout, stderr } = await run({}, 'judges.ts', 'labelled.json', 'short')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatchInlineSnapshot(`
    "judge "short" on 4 labelled outputs
       agreement   0.75 (3 of 4), 95 % lower bound 0.25
       kappa       0.50, 95 % lower bound -0.50; 1 is perfect, 0 is chance

       people \\ judge   pass   fail   recall
       pass                2      1     0.67
       fail                0      1     1.00
       precision        1.00   0.50

       disagreements
         greeting: people pass, judge fail (0.00): 6 characters
    "
  `)
})

test('without a name all exported judges are asked; one that says nothing makes it 4; secrets are taken out', async () => {
  const { code, stdout } = await run({}, 'judges.ts', 'labelled.json')
  expect(code).toBe(4)
  expect(stdout).toContain('judge "short" on 4 labelled outputs\n')
  expect(stdout).toContain('judge "silent" on 4 labelled outputs, 4 of them unscored\n   nothing was judged\n')
  expect(stdout).not.toContain('sk-abcdef')
})

test('rows may stand one a line, and the data can be had', async () => {
  const { code, stdout } = await run({ 'labelled.jsonl': `${rows.map((row) => JSON.stringify(row)).join('\n')}\n\n` }, 'judges.ts', 'labelled.jsonl', 'short', '--json')
  expect([code, JSON.parse(stdout)]).toMatchObject([0, [{ judge: 'short', n: 4, agreement: 0.75, kappa: 0.5, disagreements: [{ id: 'greeting', people: 'pass', judge: 'fail' }] }]])
})

test('a bound that is asked for and not reached is a failure', async () => {
  expect((await run({}, 'judges.ts', 'labelled.json', 'short', '--min-agreement', '0.2')).code).toBe(0)
  expect((await run({}, 'judges.ts', 'labelled.json', 'short', '--min-agreement', '0.9')).code).toBe(1)
  expect((await run({}, 'judges.ts', 'labelled.json', 'short', '--min-kappa', '0.9')).code).toBe(1)
})

test.each<[string, Record<string, string>, string[], string]>([
  ['no files', {}, [], 'error CALIBRATE_USE: expected a file of judges and one of labelled outputs, received neither'],
  ['a judge nobody exports', {}, ['judges.ts', 'labelled.json', 'shorts'], 'error CALIBRATE_USE: expected one of the judges short, silent, received "shorts", at judges.ts\n  Did you mean "short"?'],
  ['a module without judges', { 'judges.ts': 'export const one = 1' }, ['judges.ts', 'labelled.json'], 'error CALIBRATE_USE: expected a module that exports judges, received exports one, at judges.ts'],
  ['a module that is not there', {}, ['nowhere.ts', 'labelled.json'], 'error CALIBRATE_USE: expected a module of judges, received '],
  ['no labelled outputs', {}, ['judges.ts', 'nowhere.json'], 'error LABELLED_FILE: expected a file of labelled outputs, received none, at nowhere.json'],
  ['what is no JSON', { 'labelled.json': '[{"output": 1,,]' }, ['judges.ts', 'labelled.json'], 'error LABELLED_FILE: expected JSON, received "[{\\"output\\": 1,,]", at labelled.json:1:15'],
  ['a row without a label', { 'labelled.jsonl': '{"output": 1}' }, ['judges.ts', 'labelled.jsonl'], 'error LABELLED_FILE: expected an output and its label, received { output: 1 }, at labelled.jsonl, row 1'],
  ['a label that is not true or false', { 'labelled.json': '[{"output": 1, "label": "good"}]' }, ['judges.ts', 'labelled.json'], 'error CALIBRATION: expected true or false, received "good", at labelled output #1'],
])('%s is wrong use, and exits with 2', async (_, files, args, message) => {
  const { code, stderr } = await run(files, ...args)
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})
