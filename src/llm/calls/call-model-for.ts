/** A call whose answer is a value of a schema. Stage: llm. */
import { describeValue, shorten } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { escapeControls } from '../../core/text.ts'
import type { AnySchema } from '../../graph/standard-schema.ts'
import { answerSchema, type AnswerOf, type AnswerSchema } from './answer-schema.ts'
import { callModel, type CallPolicy, type CallWorld } from './call-model.ts'
import { readJsonAnswer } from './json-answer.ts'
import type { JsonSchema, Model, ModelMessage, ModelReply, ModelRequest } from '../model.ts'
import { redactSecrets } from '../../core/redact.ts'

/** A request without what the schema decides. */
export type ModelRequestFor = Omit<ModelRequest, 'responseFormat' | 'tools' | 'toolChoice'>

/** How the value is asked for. */
export interface CallForPolicy extends CallPolicy {
  /** Of the schema, as the server is told it: letters, digits, `_` and `-`. @defaultValue `'answer'` */
  readonly schemaName?: string
  /** Whether the server should allow nothing but the schema. It then takes fewer schemas: every property required, none besides. @defaultValue false */
  readonly strict?: boolean
  /** Calls that tell the model what was wrong with its answer. @defaultValue 1 */
  readonly repairCalls?: number
}

/** A reply that holds a value. */
export interface ModelReplyFor<T> extends ModelReply {
  /** As the schema gives it back: defaults filled in, texts transformed. */
  readonly parsed: T
  /** `text`: the answer was JSON only after small slips were put right; `call`: the model was told and answered again. @defaultValue none was needed */
  readonly repaired?: 'text' | 'call'
}

/**
 * Asks `model` for a value of `schema`, a Standard Schema (its output type is the type of `parsed`) or a JSON schema. The server is told
 * the schema; whatever comes back is checked here. Code fences, words around the JSON, trailing commas and the like are put right; an
 * answer that does not fit is sent back once with what is wrong. An answer that was cut off is asked for again with more room.
 *
 * @throws {TraceEvalError} `MODEL_SCHEMA` when the last answer does not fit, `MODEL_CUT_OFF` when it was cut off, `MODEL_REFUSED` for a refusal,
 * `MODEL_SCHEMA_OPTIONS` for what is no schema, and as `callModel` does.
 * @example
 * ```ts
 * import { callModelFor, type Model } from 'trace-eval/llm'
 * const model: Model = { name: 'scripted', send: async () => ({ text: '```json\n{ "team": "billing", }\n```', finish: 'stop' }) }
 * const schema = { type: 'object', required: ['team'], properties: { team: { enum: ['billing', 'sales'] } } }
 * const { parsed, repaired } = await callModelFor(model, { messages: [{ role: 'user', content: 'I was charged twice.' }] }, schema)
 * parsed   // { team: 'billing' }
 * repaired // 'text'
 * ```
 */
export async function callModelFor<S extends AnySchema | JsonSchema>(model: Model, request: ModelRequestFor, schema: S, policy: CallForPolicy = {}, world: CallWorld = {}): Promise<ModelReplyFor<AnswerOf<S>>> {
  const { schemaName = 'answer', strict, repairCalls = 1, ...calls } = policy
  const wanted = answerSchema(schema)
  const asked: ModelRequest = wanted.jsonSchema === undefined
    ? { ...request, messages: [...request.messages, { role: 'system', content: 'Answer with one JSON value and nothing else.' }], responseFormat: 'json' }
    : { ...request, responseFormat: { schema: wanted.jsonSchema, name: schemaName, ...(strict !== undefined && { strict }) } }
  let messages = asked.messages
  for (let repairs = 0; ; repairs++) {
    const reply = await callModel(model, { ...asked, messages }, { raiseCutOff: true, ...calls }, world)
    const read = await readReply(reply, wanted)
    if ('value' in read) {
      const repaired = repairs > 0 ? 'call' : read.asItWas ? undefined : 'text'
      return { ...reply, parsed: read.value as AnswerOf<S>, ...(repaired && { repaired }) }
    }
    if (reply.finish === 'refusal') throw answerError('MODEL_REFUSED', model, `a refusal: ${quoted(reply.text)}`)
    if (reply.finish === 'length') throw answerError('MODEL_CUT_OFF', model, `one that was cut off after ${reply.text.length} characters`, 'Allow more with `maxOutputTokens`, or ask for less.')
    if (repairs >= repairCalls) throw answerError('MODEL_SCHEMA', model, `${quoted(reply.text)}: ${read.problem}${repairs === 0 ? '' : ' (told, and answered again)'}`)
    messages = [...asked.messages, ...repairMessages(reply.text, read.problem)]
  }
}

async function readReply({ text, finish }: ModelReply, schema: AnswerSchema): Promise<{ readonly value: unknown; readonly asItWas: boolean } | { readonly problem: string }> {
  if (finish === 'refusal' || finish === 'length') return { problem: finish }
  const found = readJsonAnswer(text)
  if (found === undefined) return { problem: 'it is not JSON' }
  const checked = await schema.check(found.value)
  return 'value' in checked ? { value: checked.value, asItWas: found.asItWas } : { problem: shorten(escapeControls(checked.problems.join('; ')), 600) }
}

const repairMessages = (text: string, problem: string): ModelMessage[] => [
  { role: 'assistant', content: text },
  { role: 'user', content: `That answer does not fit: ${problem}. Answer again, with one JSON value that fits and nothing else.` },
]

const quoted = (text: string): string => describeValue(redactSecrets(text.slice(0, 2000)), 200)

function answerError(code: string, model: Model, received: string, hint?: string): TraceEvalError {
  return new TraceEvalError(code, `expected an answer that fits the schema, received ${received}`, { at: `model ${JSON.stringify(model.name)}`, ...(hint !== undefined && { hint }) })
}
