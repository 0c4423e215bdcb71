/** The parts of a question that optimizers share: values that may change, what failed, traced cases, what was tried. Stage: optimize. */
import type { CaseRun } from '../../feedback/case-run.ts'
import { dataBlock } from '../../llm/data-block.ts'
import { attribute, sealed, type ValueTag } from './answer-text.ts'
import type { ElasticInput } from './prompt-template.ts'
import type { Evaluation, ParameterSpec, RoundView } from '../optimizer.ts'
import { errorOf, failuresOf, failureText, tellingCases, tellingRun, traceLines } from './reflect-evidence.ts'
import { cutText } from './bounded-text.ts'

/** What a question may show. */
export interface Evidence {
  /** Of this question alone, so that no text of a case can end its own block. */
  readonly fence: string
  /** Traces of cases. @defaultValue true */
  readonly graph?: boolean | undefined
  /** What failed, in words; without it scores alone. @defaultValue true */
  readonly feedback?: boolean | undefined
}

/** Traced text as a block: whatever is inside, it cannot end the block. */
export function fenced(fence: string, lines: readonly string[]): string {
  return dataBlock(fence, lines.join('\n'))
}

/** `name: what it is for; what values it may have`, and the present value in its tag. */
function parameterBlock({ name, description, domain }: ParameterSpec, value: unknown, tag: ValueTag = 'component'): string {
  const about = [description, domainText(domain)].filter((part) => part !== undefined && part !== '').join('; ')
  return `${name}${about === '' ? '' : `: ${about}`}\n<${tag} name="${attribute(name)}">${sealed(typeof value === 'string' ? value : JSON.stringify(value) ?? '')}</${tag}>`
}

/** The blocks of as many parameters as fit into `room`, the first ones first. A value is never cut: half a text would be improved into half a text. */
export function parameterBlocks(editable: readonly ParameterSpec[], values: Readonly<Record<string, unknown>>, { room, tag }: { room: number; tag?: ValueTag }): { readonly text: string; readonly shown: readonly ParameterSpec[] } {
  let used = 0
  const shown: ParameterSpec[] = []
  const blocks: string[] = []
  for (const spec of editable) {
    const block = parameterBlock(spec, values[spec.name], tag)
    if (used + block.length + 2 > room) continue
    used += block.length + 2
    shown.push(spec)
    blocks.push(block)
  }
  return { text: blocks.join('\n\n'), shown }
}

/** What values a parameter may have, in words. */
export function domainText(domain: ParameterSpec['domain']): string {
  switch (domain.kind) {
    case 'number': return `${domain.integer ? 'a whole number' : 'a number'}${domain.range === undefined ? '' : ` from ${domain.range[0]} to ${domain.range[1]}`}`
    case 'choice': return `one of ${domain.choices.map((choice) => JSON.stringify(choice)).join(', ')}`
    case 'boolean': return 'true or false'
    // What it must keep stands in its description.
    case 'code': return 'TypeScript; only the language itself and the arguments are there'
    case 'text': return domain.maxLength === undefined ? '' : `at most ${domain.maxLength} characters`
    default: return ''
  }
}

/** Everything that failed over all cases, the most frequent first. */
export function failureSection({ best: { runs } }: Pick<RoundView, 'best'>, { fence, feedback }: Evidence, count = 12): ElasticInput {
  return {
    weight: 4,
    render(room) {
      if (feedback === false) return ''
      const failures = failuresOf(runs)
      const lines = failures.slice(0, count).map(({ text, cases }) => `- ${text} (${cases.length} of ${runs.size} cases)`)
      return listBlock('Failed checks over all cases, the most frequent first:', lines, { fence, room, total: failures.length })
    },
  }
}

/** What earlier answers were refused for, or led to. */
export function lessonSection(lessons: readonly string[], fence: string): ElasticInput {
  return { weight: 2, render: (room) => listBlock('What was tried before:', lessons.map((lesson) => `- ${lesson}`), { fence, room, total: lessons.length }) }
}

/** Whole lines only, as many as fit. */
function listBlock(title: string, lines: readonly string[], { fence, room, total }: { fence: string; room: number; total: number }): string {
  const frame = `${title}\n${fenced(fence, [])}`.length + 30
  const shown: string[] = []
  let used = frame
  for (const line of lines) {
    const fitting = cutText(line, Math.max(0, room - used - 1))
    if (fitting.length < Math.min(line.length, 40)) break
    shown.push(fitting)
    used += fitting.length + 1
  }
  if (shown.length === 0) return ''
  return `${title}\n${fenced(fence, [...shown, ...(shown.length < total ? [`- and ${total - shown.length} more`] : [])])}`
}

/** How cases are chosen and shown. */
export interface CaseOptions extends Evidence {
  /** Cases at most. @defaultValue 4 */
  readonly count?: number
  /** Parameters whose users are shown first where a graph is large. */
  readonly near?: ReadonlySet<string>
  /** Which cases. @defaultValue those that together show the most failures */
  readonly cases?: readonly string[]
  /** Whether only outcomes and users of `near` are shown. @defaultValue false */
  readonly onlyNear?: boolean
}

/** Cases step by step, each with what failed in it. */
export function caseSection({ best: { runs } }: Pick<RoundView, 'best'>, { fence, graph, feedback, count = 4, near, onlyNear, cases = tellingCases(runs, count) }: CaseOptions): ElasticInput {
  return {
    weight: 10,
    render(room) {
      if (graph === false) return ''
      const blocks: string[] = []
      let left = room
      for (const [index, id] of cases.entries()) {
        const run = tellingRun(runs.get(id) ?? [])
        if (run === undefined) continue
        const title = `Case ${index + 1}, step by step, score ${run.score ?? 'none'}:`
        const block = caseBlock(run, title, { fence, feedback, room: Math.floor(left / (cases.length - index)), near, onlyNear })
        if (block === '') continue
        blocks.push(block)
        left -= block.length + 2
      }
      return blocks.join('\n\n')
    },
  }
}

function caseBlock(run: CaseRun, title: string, { fence, feedback, room, near, onlyNear = false }: Evidence & { readonly room: number; readonly near: ReadonlySet<string> | undefined; readonly onlyNear: boolean | undefined }): string {
  const frame = `${title}\n${fenced(fence, [])}`.length
  const failed = feedback === false ? [] : run.feedback.slice(0, 8).map((one) => `failed: ${failureText(one, 400)}`)
  const forTrace = room - frame - failed.reduce((sum, line) => sum + line.length + 1, 0)
  if (forTrace < 80) return ''
  const lines = traceLines(run, { limit: Math.min(6000, forTrace - 160), valueLimit: Math.min(600, forTrace - 40), ...(near !== undefined && { near, onlyNear }) })
  const text = `${title}\n${fenced(fence, [...lines, ...failed])}`
  // What counts the steps that are left out has no fixed length.
  return text.length <= room ? text : `${title}\n${fenced(fence, [cutText(lines.join('\n'), Math.max(0, forTrace)), ...failed])}`
}

/** What an attempt started from. */
export interface Before { readonly score: number; readonly failed: number }

/** What an attempt that starts from `evaluation` is held against. */
export function before({ score, runs }: Evaluation): Before { return { score, failed: failedParts(runs) } }

/** Whether it was better than what it started from: by score, or at the same score by what fails. */
export function isGain({ score, complete, runs }: Evaluation, started: Before): boolean {
  return complete && (score > started.score + CLOSE || (score >= started.score - CLOSE && failedParts(runs) < started.failed))
}

const CLOSE = 1e-9

function failedParts(runs: Evaluation['runs']): number {
  return [...runs.values()].flat().reduce((sum, { feedback, checks, failures }) => sum + (failures ?? feedback.filter(({ kind }) => kind !== 'note').length) + checks.filter(({ passed }) => !passed).length, 0)
}

/** One earlier candidate that was not better, in a line. */
export function triedText(changes: Iterable<readonly [string, unknown]>, before: number, { score, complete, runs }: Evaluation, describe: (value: unknown) => string): string {
  const edits = Array.from(changes, ([name, value]) => `${name} as ${describe(value)}`).join(', ')
  const error = errorOf(runs)
  // The mean over a few cases says nothing beside the mean over all of them.
  return `not better (${complete ? `score ${score.toFixed(2)} against ${before.toFixed(2)}` : `given up after ${runs.size} ${runs.size === 1 ? 'case' : 'cases'}`}${error === undefined ? '' : `; it ended in ${error}`}): ${edits}`
}
