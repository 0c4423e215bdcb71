import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { sampleSecrets } from '../core/sample-secrets.ts'
import { redactErrorsOfProcess } from './redact-updates.ts'

test('errors that nobody caught lose their secrets without a listener, which Vitest would take for code of the user that handles them', () => {
  const host = new EventEmitter()
  redactErrorsOfProcess(host)
  redactErrorsOfProcess(host)
  const [secret] = Object.values(sampleSecrets) as [string]
  for (const event of ['unhandledRejection', 'uncaughtException']) {
    expect(host.listenerCount(event)).toBe(0)
    const heard: unknown[] = []
    host.on(event, (error: Error, more: unknown) => heard.push(error.message.includes(secret), error.message.startsWith('with '), more))
    expect(host.emit(event, new Error(`with ${secret}`), 'more')).toBe(true)
    expect(heard).toEqual([false, true, 'more'])
  }
  const others: unknown[] = []
  host.on('message', (error: Error) => others.push(error.message))
  host.emit('message', new Error(`with ${secret}`))
  expect(others).toEqual([`with ${secret}`])
})
