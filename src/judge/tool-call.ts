/** A call of a tool, in whatever form it comes. Stage: judge. */

/** A tool that was or should be called. */
export interface ToolCall {
  readonly name: string
  readonly arguments?: unknown
}

/** Names that SDKs have for the two. */
const nameKeys = ['name', 'toolName'] as const
const argumentKeys = ['arguments', 'args', 'input', 'parameters'] as const

/**
 * Reads `{ name, arguments }`, OpenAI's `{ function: { name, arguments } }` and the AI SDK's `{ toolName, input }`; arguments that are the text of a
 * JSON document are read. None for anything else.
 */
export function readToolCall(value: unknown): ToolCall | undefined {
  if (!isObject(value)) return undefined
  const inner = own(value, 'function')
  const call = isObject(inner) ? inner : value
  const name = nameKeys.map((key) => own(call, key)).find((one) => typeof one === 'string')
  if (typeof name !== 'string') return undefined
  const key = argumentKeys.find((one) => own(call, one) !== undefined)
  return { name, ...(key !== undefined && { arguments: readArguments(own(call, key)) }) }
}

function readArguments(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try { return JSON.parse(value) as unknown } catch { return value }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const own = (value: object, key: string): unknown => (Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined)
