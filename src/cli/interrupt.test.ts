/** Ctrl-C, with real signals to this process. Stage: cli. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { stopMessage, watchInterrupts, type InterruptWatch } from './interrupt.ts'

let watch: InterruptWatch | undefined
const exitHandlers = process.listeners('exit')
afterEach(() => {
  watch?.end()
  for (const handler of process.listeners('exit')) if (!exitHandlers.includes(handler)) process.off('exit', handler)
})

function start(): { texts: string[]; quits: number[] } {
  const seen = { texts: [] as string[], quits: [] as number[] }
  watch = watchInterrupts((text) => { seen.texts.push(text) }, (exitCode) => { seen.quits.push(exitCode) })
  return seen
}
const press = (): boolean => process.emit('SIGINT')

test('the first Ctrl-C stops in good order and says so, the second quits with 130', () => {
  const seen = start()
  let stops = 0
  watch!.arm(() => { stops++ })
  press()
  expect({ ...seen, stops, interrupted: watch!.interrupted }).toEqual({ texts: [stopMessage], quits: [], stops: 1, interrupted: true })
  press()
  expect({ quits: seen.quits, stops }).toEqual({ quits: [130], stops: 1 })
})

test('before anything runs, Ctrl-C quits at once', () => {
  const seen = start()
  press()
  expect(seen).toEqual({ texts: [], quits: [130] })
})

test('handlers that came after the watch are taken away, those before stay', () => {
  const calls: string[] = []
  const mine = (): void => { calls.push('mine') }
  const later = (): void => { calls.push('later') }
  process.on('SIGINT', mine)
  try {
    start()
    process.once('SIGINT', later)
    watch!.takeOver()
    press()
    expect(calls).toEqual(['mine'])
  } finally { process.off('SIGINT', mine) }
})

test('quitting leaves no child process behind', async () => {
  start()
  const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'])
  press()
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
})
