/** Prompts as templates: texts with marks, or functions of typed inputs, which a user can replace; filled up to a limit. Stage: optimize. */
import { describeValue } from '../../core/describe-value.ts'
import { TraceEvalError } from '../../core/errors.ts'
import { groupDigits, nearestName } from '../../core/text.ts'
import type { ModelMessage } from '../../llm/model.ts'

/** A part of a prompt: a text in which `{{name}}` stands for an input, or a function of the inputs. */
export type TemplateText<I extends object> = string | ((inputs: Readonly<I>) => string)

/**
 * A prompt of an optimizer. Inputs are ready to be put in: traced text among them stands in blocks that nothing inside can end.
 * A paragraph of a text that holds nothing but one empty input is left out.
 */
export interface PromptTemplate<I extends object> {
  /** @defaultValue the optimizer's own */
  readonly system?: TemplateText<I>
  /** @defaultValue the optimizer's own */
  readonly user?: TemplateText<I>
}

/** An input that takes the room it gets. */
export interface ElasticInput {
  /** Its share of the room beside the others that come after it. */
  readonly weight: number
  /** At most `room` characters; nothing when that is too few to say something. */
  render(room: number): string
}

/**
 * Checks a user's prompts before anything is asked.
 *
 * @throws {TraceEvalError} `OPTIMIZER_TEMPLATE` when a prompt or an input is not known, or a part is no text and no function.
 */
export function checkTemplates(templates: unknown, known: Readonly<Record<string, readonly string[]>>): void {
  if (templates === undefined) return
  if (typeof templates !== 'object' || templates === null) throw new TraceEvalError('OPTIMIZER_TEMPLATE', `expected prompts by name, received ${describeValue(templates)}`, { at: 'templates' })
  for (const [name, template] of Object.entries(templates as Record<string, unknown>)) {
    if (template === undefined) continue
    const inputs = Object.hasOwn(known, name) ? known[name] : undefined
    if (inputs === undefined) throw new TraceEvalError('OPTIMIZER_TEMPLATE', `expected one of the prompts ${Object.keys(known).join(', ')}, received ${describeValue(name)}`, { at: 'templates' })
    const empty = Object.fromEntries(inputs.map((input) => [input, '']))
    for (const part of ['system', 'user'] as const) {
      if (typeof (template as PromptTemplate<object>)?.[part] !== 'function') filled(part, { name, template: template as PromptTemplate<object>, defaults: { system: '', user: '' } }, empty)
    }
  }
}

/** What a prompt is made of. */
export interface PromptParts<I extends object> {
  /** As in messages: `propose`. */
  readonly name: string
  readonly defaults: Required<PromptTemplate<I>>
  readonly template?: PromptTemplate<I> | undefined
  /** Inputs that stand whole. */
  readonly fixed: Readonly<Partial<Record<keyof I, string>>>
  /** Inputs that are cut to the room that is left, the most important first. */
  readonly elastic: Readonly<Partial<Record<keyof I, ElasticInput>>>
  /** Characters of both messages, at most. */
  readonly limit: number
}

/** What joins a paragraph to the one before. */
const JOINT = 2

const MARK = /\{\{([\w$]{1,60})\}\}/g

/**
 * Both messages, never longer than the limit.
 *
 * @throws {TraceEvalError} `OPTIMIZER_PROMPT` when what stands whole is longer already, `OPTIMIZER_TEMPLATE` when a text asks for an input that
 * there is not, or a function gives no text.
 */
export function fillPrompt<I extends object>(parts: PromptParts<I>): ModelMessage[] {
  const { name, fixed, limit } = parts
  const elastic = Object.entries(parts.elastic) as [string, ElasticInput][]
  const fill = (inputs: Readonly<Record<string, string>>): ModelMessage[] => {
    const texts = { system: filled('system', parts, inputs), user: filled('user', parts, inputs) }
    return [...(texts.system === '' ? [] : [{ role: 'system' as const, content: texts.system }]), { role: 'user', content: texts.user }]
  }
  const empty = { ...fixed as Record<string, string>, ...Object.fromEntries(elastic.map(([key]) => [key, ''])) }
  const least = fill(empty)
  let room = limit - lengthOf(least)
  if (room < 0) {
    throw new TraceEvalError('OPTIMIZER_PROMPT', `expected a prompt of at most ${groupDigits(limit)} characters, received ${groupDigits(lengthOf(least))} before any evidence`,
      { at: `prompt ${JSON.stringify(name)}`, hint: 'Raise promptLimit, lower maxEdited, or shorten the template.' })
  }
  // An empty input took its paragraph along; and a template may use an input twice.
  room -= JOINT * elastic.length
  for (let attempt = 0; attempt < 4 && room > 0; attempt++) {
    const messages = fill({ ...empty, ...rendered(elastic, room) })
    const over = lengthOf(messages) - limit
    if (over <= 0) return messages
    room = Math.floor(Math.min(room - over, attempt === 0 ? room : room / 2))
  }
  return least
}

function rendered(elastic: readonly (readonly [string, ElasticInput])[], room: number): Record<string, string> {
  let [left, weights] = [room, elastic.reduce((sum, [, { weight }]) => sum + weight, 0)]
  return Object.fromEntries(elastic.map(([key, { weight, render }]) => {
    const text = render(Math.floor(left * weight / weights))
    left -= text.length
    weights -= weight
    return [key, text]
  }))
}

function filled<I extends object>(part: 'system' | 'user', { name, defaults, template }: Pick<PromptParts<I>, 'name' | 'defaults' | 'template'>, inputs: Readonly<Record<string, string>>): string {
  const given: unknown = template?.[part] ?? defaults[part]
  const at = `templates.${name}.${part}`
  if (typeof given === 'function') {
    const text: unknown = (given as (inputs: object) => unknown)(inputs)
    if (typeof text === 'string') return text
    throw new TraceEvalError('OPTIMIZER_TEMPLATE', `expected a text, received ${describeValue(text)}`, { at })
  }
  if (typeof given !== 'string') throw new TraceEvalError('OPTIMIZER_TEMPLATE', `expected a text or a function, received ${describeValue(given)}`, { at })
  const own = (key: string): string => {
    if (Object.hasOwn(inputs, key)) return inputs[key]!
    const nearest = nearestName(key, Object.keys(inputs))
    throw new TraceEvalError('OPTIMIZER_TEMPLATE', `expected one of the inputs ${Object.keys(inputs).map((input) => `{{${input}}}`).join(', ')}, received {{${key}}}`,
      { at, ...(nearest !== undefined && { hint: `Did you mean {{${nearest}}}?` }) })
  }
  const paragraphs = given.split(/\n{2,}/).filter((paragraph) => { const [, only] = /^\s*\{\{([\w$]{1,60})\}\}\s*$/.exec(paragraph) ?? []; return only === undefined || own(only) !== '' })
  return paragraphs.map((paragraph) => paragraph.replaceAll(MARK, (_, key: string) => own(key))).join('\n\n')
}

const lengthOf = (messages: readonly ModelMessage[]): number => messages.reduce((sum, { content }) => sum + content.length, 0)
