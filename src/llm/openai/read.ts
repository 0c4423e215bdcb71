/** Reading answers whose shape nobody promises. Stage: llm. */
import type { ModelReply, ToolCall } from '../model.ts'
import { UnusableReply } from '../calls/model-fault.ts'

/** An own field of an object; none of anything else. */
export function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

export const textField = (value: unknown, key: string): string => {
  const found = field(value, key)
  return typeof found === 'string' ? found : ''
}

export const listField = (value: unknown, key: string): readonly unknown[] => {
  const found = field(value, key)
  return Array.isArray(found) ? found : []
}

type Counts = Pick<ModelReply, 'inputTokens' | 'outputTokens' | 'cachedTokens' | 'reasoningTokens'>

/** Servers report what they like: a count that cannot be is none, and a part is not more than its whole. */
export function countsOf(counts: Readonly<Record<keyof Counts, unknown>>): Counts {
  const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1e9
  const isPart = (part: unknown, whole: unknown): boolean => isCount(part) && isCount(whole) && part <= whole
  return {
    ...(isCount(counts.inputTokens) && { inputTokens: counts.inputTokens }),
    ...(isCount(counts.outputTokens) && { outputTokens: counts.outputTokens }),
    ...(isPart(counts.cachedTokens, counts.inputTokens) && { cachedTokens: counts.cachedTokens as number }),
    ...(isPart(counts.reasoningTokens, counts.outputTokens) && { reasoningTokens: counts.reasoningTokens as number }),
  }
}

/** A call as servers write it: its arguments are a text that should be JSON. In an answer that was cut off, calls are left out that are not whole. */
export function toolCallsOf(calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[], cutOff: boolean): ToolCall[] {
  return calls.flatMap(({ id, name, arguments: given }, index) => {
    const value = parsed(given.trim() === '' ? '{}' : given)
    if (value !== undefined && name !== '') return [{ id: id === '' ? `call_${index}` : id, name, arguments: value }]
    if (cutOff) return []
    throw new UnusableReply('malformed', `the arguments of a call of ${JSON.stringify(name)} are not JSON: ${JSON.stringify(given.slice(0, 200))}`)
  })
}

function parsed(text: string): unknown {
  try { return JSON.parse(text) } catch { return undefined }
}

/** What names an answer: the model that gave it, and the server's id of the request. */
export function namesOf(answer: unknown, requestId: string | undefined): Pick<ModelReply, 'model' | 'requestId'> {
  // The SDK hides the header behind `_request_id`.
  const [model, id] = [textField(answer, 'model'), requestId ?? textField(answer, '_request_id')]
  return { ...(model !== '' && { model }), ...(id !== '' && { requestId: id }) }
}

/** A server that answers 200 and an error has failed all the same. @throws {ErrorBody} */
export function refuseErrorBody(answer: unknown): void {
  const error = field(answer, 'error')
  if (typeof error === 'string' && error !== '') throw new ErrorBody(error, '', '', undefined)
  if (typeof error !== 'object' || error === null) return
  const code = field(error, 'code')
  const status = [code, field(error, 'status')].map(Number).find((one) => Number.isInteger(one) && one >= 400 && one < 600)
  throw new ErrorBody(textField(error, 'message') || 'an error without a message', typeof code === 'string' ? code : '', textField(error, 'type'), status)
}

/** Read by `faultOf` like the errors of an SDK. */
class ErrorBody extends Error {
  readonly code: string
  readonly type: string
  readonly status: number | undefined
  constructor(message: string, code: string, type: string, status: number | undefined) {
    super(status === undefined ? message : `${status} ${message}`)
    this.name = 'ErrorBody'
    this.code = code
    this.type = type
    this.status = status
  }
}
