/** For tests: what a scripted server was asked. Stage: testing. */

/** A request as it came. */
export interface ScriptedQuestion {
  readonly api: 'chat' | 'responses'
  readonly stream: boolean
  /** Parsed, as the client wrote it. */
  readonly body: Readonly<Record<string, unknown>>
}

/** The texts of all messages, one a line. */
export function promptOf(body: Readonly<Record<string, unknown>>): string {
  const { messages, input, instructions } = body
  const items = Array.isArray(messages) ? messages : Array.isArray(input) ? input : [{ content: input }]
  return [instructions, ...items.flatMap(textsOf)].filter((text) => typeof text === 'string').join('\n')
}

function textsOf(item: unknown): unknown[] {
  const { content, output } = item as { content?: unknown; output?: unknown }
  const parts = content ?? output
  return Array.isArray(parts) ? parts.map((part) => (part as { text?: unknown }).text) : [parts]
}
