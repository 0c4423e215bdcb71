/** From a model's answer to edits that fit: each is checked alone, and what is refused says why. Stage: optimize. */
import { canonicalJson } from '../../core/canonical-json.ts'
import { describeValue, shorten } from '../../core/describe-value.ts'
import type { ModelReply } from '../../llm/model.ts'
import { readEntries } from './answer-text.ts'
import type { CaseTexts } from './copied-text.ts'
import type { CallEdit, ParameterSpec } from '../optimizer.ts'

/** What an answer asks for. */
export interface Edits {
  /** By parameter; checked against its domain, and other than the present value. */
  readonly changes: ReadonlyMap<string, unknown>
  /** What was left out, and why; one clause each. */
  readonly problems: readonly string[]
  /** Every edit that the answer asked for, as it is recorded. */
  readonly edits: readonly CallEdit[]
  /** Why nothing of it could be read. */
  readonly problem?: string
  /** Whether asking for another form may help: not where the answer is cut off or the model refuses. */
  readonly isRepairable?: boolean
}

/** What edits are checked against. */
export interface EditContext {
  readonly values: Readonly<Record<string, unknown>>
  /** Parameters that may change now. */
  readonly editable: readonly ParameterSpec[]
  /** Texts that no parameter should repeat. */
  readonly caseTexts?: CaseTexts | undefined
}

/** Reads tags or JSON. An answer that was cut off is refused whole, an edit that does not fit alone. */
export function readEdits({ text, finish }: ModelReply, context: EditContext): Edits {
  if (finish === 'refusal') return unreadable(`the model refused: ${shorten(text, 120)}`, false)
  if (finish === 'length') return unreadable('the answer was cut off at its length limit', false)
  const read = readEntries(text)
  if ('problem' in read) return unreadable(read.problem, !/thoughts|breaks off/.test(read.problem) && text.trim() !== '')
  const [changes, edits] = [new Map<string, unknown>(), [] as CallEdit[]]
  for (const parameter of read.brokenOff) edits.push({ parameter, to: undefined, refused: `${parameter}: its end tag is missing, so the value may be cut off` })
  for (const [parameter, given] of read.entries) {
    const edit = editOf(parameter, given, context)
    edits.push(edit)
    if (edit.refused === undefined && canonicalJson(edit.to ?? null) !== canonicalJson(context.values[parameter] ?? null)) changes.set(parameter, edit.to)
  }
  return { changes, edits, problems: edits.flatMap(({ refused }) => refused ?? []) }
}

const unreadable = (problem: string, isRepairable: boolean): Edits => ({ changes: new Map(), problems: [problem], edits: [], problem, isRepairable })

function editOf(parameter: string, given: unknown, { values, editable, caseTexts }: EditContext): CallEdit {
  const spec = editable.find(({ name }) => name === parameter)
  if (spec === undefined) return { parameter, to: given, refused: `${describeValue(parameter)} is no parameter that may change now` }
  const current = values[parameter]
  const checked = checkEdit(spec, given, current)
  if ('problem' in checked) return { parameter, to: given, refused: checked.problem }
  const copied = typeof checked.value === 'string' ? caseTexts?.copiedBy(checked.value, typeof current === 'string' ? current : '') : undefined
  return { parameter, to: checked.value, ...(copied !== undefined && { notes: [`repeats ${copied.words.split(' ').length} words of case ${JSON.stringify(copied.caseId)}: ${describeValue(copied.words, 120)}`] }) }
}

function checkEdit(spec: ParameterSpec, given: unknown, current: unknown): { readonly value: unknown } | { readonly problem: string } {
  const { name, domain } = spec
  const value = domain.kind === 'text' || typeof given !== 'string' ? given : domain.kind === 'code' ? unfenced(given) : plainValue(given, spec)
  if (domain.kind === 'text' && typeof value === 'string' && typeof current === 'string') {
    const lost = placeholders(current).filter((one) => !value.includes(one))
    if (lost.length > 0) return { problem: `${name}: the placeholder ${lost[0]} is gone` }
    if (value.trim() === '') return { problem: `${name}: an empty text` }
  }
  if (domain.kind === 'value' && typeof value === 'string' && typeof current !== 'string') return { problem: `${name}: expected JSON, received ${describeValue(value)}` }
  const checked = spec.check(value)
  return 'problem' in checked ? { problem: checked.problem.includes(name) ? checked.problem : `${name}: ${checked.problem}` } : checked
}

/** A number, boolean or choice as it stands inside a tag. No guessing: what is no such value stays a text and fails its check. */
function plainValue(text: string, { domain }: ParameterSpec): unknown {
  const trimmed = text.trim()
  if (domain.kind === 'choice' && domain.choices.includes(trimmed)) return trimmed
  try { return JSON.parse(trimmed) as unknown } catch { return trimmed }
}

/** Code without the fence that a model likes to put around it. */
function unfenced(text: string): string {
  return /^\s*```[\w-]*\n([\s\S]*?)\n?```\s*$/.exec(text)?.[1] ?? text
}

/** `{{name}}` and `${name}`: a program fills them in. */
function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\{[^{}\n]{1,80}\}\}|\$\{[^{}\n]{1,80}\}/g) ?? [])]
}
