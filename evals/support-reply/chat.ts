/** One call of a chat model behind any server that speaks OpenAI's chat completions. */

export interface ChatModel {
  readonly model: string
  /** @defaultValue `https://api.openai.com/v1` */
  readonly baseUrl?: string | undefined
  readonly apiKey?: string | undefined
}

/** The model that the environment names, if it names one. */
export function configuredModel(env: Readonly<Record<string, string | undefined>>): ChatModel | undefined {
  const model = env['TRACE_EVAL_MODEL']
  if (model === undefined || model === '') return undefined
  return { model, baseUrl: env['OPENAI_BASE_URL'], apiKey: env['OPENAI_API_KEY'] }
}

/**
 * The model's answer to `user`, told what to do by `system`.
 *
 * @throws {Error} When the server does not answer with a text.
 */
export async function chat({ model, baseUrl = 'https://api.openai.com/v1', apiKey }: ChatModel, system: string, user: string): Promise<string> {
  const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
    body: JSON.stringify({ model, messages: [{ role: 'system', content: system }, { role: 'user', content: user }] }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`expected an answer of ${model}, received status ${response.status}: ${text.slice(0, 200)}`)
  const content = (JSON.parse(text) as { choices?: { message?: { content?: unknown } }[] }).choices?.[0]?.message?.content
  if (typeof content !== 'string') throw new Error(`expected an answer of ${model} with a text, received ${text.slice(0, 200)}`)
  return content
}
