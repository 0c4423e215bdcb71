/** A state that processes share, with real processes. Stage: store. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sharedState } from './shared-state.ts'

function place(): string {
  const made = mkdtempSync(join(tmpdir(), 'shared-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}
const count = (): { n: number } => ({ n: 0 })

test('begins as it is told, and each change is made on what the last one left', async () => {
  const path = join(place(), 'inside', 'state.json')
  const state = sharedState(path, count)
  expect(state.read()).toEqual({ n: 0 })
  await Promise.all(Array.from({ length: 20 }, () => state.change((now) => { now.n++ })))
  expect(sharedState(path, count).read()).toEqual({ n: 20 })
})

test('a change that throws changes nothing, and the next one is made', async () => {
  const state = sharedState(join(place(), 'state.json'), count)
  await expect(state.change((now) => { now.n = 7; throw new Error('no') })).rejects.toThrow('no')
  expect(state.read()).toEqual({ n: 0 })
  expect(await state.change((now) => ++now.n)).toBe(1)
})

test('no change of any process is lost, and a limit is never passed', async () => {
  const directory = place()
  const path = join(directory, 'state.json')
  const script = `
    import { sharedState } from ${JSON.stringify(join(import.meta.dirname, 'shared-state.ts'))}
    const state = sharedState(${JSON.stringify(path)}, () => ({ n: 0 }))
    let taken = 0
    for (let i = 0; i < 40; i++) await state.change((now) => { if (now.n >= 100) throw new Error('spent'); now.n++; taken++ }).catch(() => undefined)
    console.log(taken)
  `
  const taken = await Promise.all(Array.from({ length: 4 }, () => new Promise<number>((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
    child.on('error', reject).on('close', (code) => (code === 0 ? resolve(Number(output)) : reject(new Error(`ended with ${code}`))))
  })))
  expect(taken.reduce((sum, one) => sum + one, 0)).toBe(100)
  expect(sharedState(path, count).read()).toEqual({ n: 100 })
  expect(readdirSync(directory)).toEqual(['state.json'])
})

test('a lock that a killed process left is taken away', async () => {
  const path = join(place(), 'state.json')
  writeFileSync(`${path}.lock`, '')
  utimesSync(`${path}.lock`, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000))
  expect(await sharedState(path, count).change((now) => ++now.n)).toBe(1)
})

test('a change that is told to stop while another process has the lock is not made, and leaves nothing behind', async () => {
  const directory = place()
  const path = join(directory, 'state.json')
  writeFileSync(`${path}.lock`, '')
  const state = sharedState(path, count)
  const [first, second] = [new AbortController(), new AbortController()]
  const settled: string[] = []
  const add = async (name: string, signal?: AbortSignal): Promise<void> => {
    await state.change((now) => { now.n++ }, signal).then(() => settled.push(`${name} made`), (error: Error) => settled.push(`${name} ${error.message}`))
  }
  const all = [add('first', first.signal), add('second', second.signal), add('third')]

  // The second waits for its turn, the first for the lock.
  second.abort(new Error('stopped'))
  await all[1]
  first.abort(new Error('stopped'))
  await all[0]
  expect(settled).toEqual(['second stopped', 'first stopped'])

  rmSync(`${path}.lock`)
  await all[2]
  await add('late', first.signal)
  expect(settled.slice(2)).toEqual(['third made', 'late stopped'])
  expect(state.read()).toEqual({ n: 1 })
  expect(readdirSync(directory)).toEqual(['state.json'])
})
