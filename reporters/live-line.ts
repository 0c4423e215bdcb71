/** One line per workflow while its rounds run. Stage: reporters. */
import { paint } from './ansi.ts'
import { displayWidth } from './display-width.ts'
import { fit, foreignLine, joinLines, type RenderOptions } from './layout.ts'
import { changeText, fromTo, scoreText } from './wording.ts'

/** How far a workflow is. */
export interface LiveView {
  readonly workflow: string
  readonly phase: 'start' | 'round' | 'held-out' | 'done'
  readonly round: number
  readonly rounds: number
  /** Case runs of this phase. */
  readonly done: number
  readonly total: number
  readonly startScore?: number
  readonly bestScore?: number
  readonly remainingMs?: number
  /** Rounds that have ended. */
  readonly ended: readonly EndedRound[]
  /** What else happened, numbered from 1; old ones may be gone. @defaultValue nothing */
  readonly notices?: readonly { readonly number: number; readonly text: string }[]
}

/** A round that has ended. */
export interface EndedRound {
  readonly round: number
  readonly before: number
  readonly after: number
  readonly kept: boolean
  /** What was kept, or why nothing was. */
  readonly text: string
}

const phases: Readonly<Record<LiveView['phase'], (view: LiveView) => string>> = {
  'start': () => 'start',
  'round': ({ round, rounds }) => `round ${round}/${rounds}`,
  'held-out': () => 'held out',
  'done': () => 'done',
}

/** The live line of a workflow, without a line feed: name, round, cases done, score, change, time left. */
export function renderLive(view: LiveView, { columns = 80, color = false }: RenderOptions = {}): string {
  const { startScore, bestScore, remainingMs, done, total } = view
  const dye = paint(color)
  const change = changeText(startScore, bestScore)
  const score = startScore === undefined ? '' : bestScore === undefined || bestScore === startScore ? scoreText(startScore) : fromTo(startScore, bestScore)
  const parts = [phases[view.phase](view), total > 0 ? `${done}/${total} cases` : '', `${score} ${change}`.trim(), remainingMs === undefined ? '' : `${timeLeft(remainingMs)} left`]
  // One column stays free: a full line would move some terminals to the next.
  const width = columns - 1
  let tail = parts.filter((part) => part !== '')
  while (tail.length > 1 && displayWidth(tail.join('   ')) > width - 12) tail = tail.slice(0, -1)
  const rest = fit(tail.join('   '), Math.max(1, width - 12))
  const name = fit(foreignLine(view.workflow), Math.max(1, Math.min(32, width - displayWidth(rest) - 4)))
  return fit(` ${name}   ${rest}`, width) === ` ${name}   ${rest}` ? ` ${dye.bold(name)}   ${painted(rest, change, dye)}` : fit(` ${name}   ${rest}`, width)
}

function painted(text: string, change: string, dye: ReturnType<typeof paint>): string {
  return change === '' ? text : text.replace(change, change.startsWith('+') ? dye.green(change) : dye.red(change))
}

// Whole units: a time that is only estimated should not tick by tenths.
function timeLeft(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  return seconds < 3600 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

/** A finished round in one line, for logs that cannot redraw. Ends with a line feed. */
export function renderEndedRound(workflow: string, { round, before, after, kept, text }: EndedRound, { columns = 80, color = false }: RenderOptions = {}): string {
  const line = ` ${fit(foreignLine(workflow), 32)}   round ${round}   ${fromTo(before, after)}   ${kept ? 'kept' : 'not kept'}   ${foreignLine(text)}`
  const fitted = fit(line.trimEnd(), Math.max(40, columns))
  return joinLines([kept ? fitted : paint(color).dim(fitted)])
}

/** What happened while a workflow ran, in one line. Ends with a line feed. */
export function renderNotice(workflow: string, text: string, { columns = 80, color = false }: RenderOptions = {}): string {
  return joinLines([paint(color).dim(fit(` ${fit(foreignLine(workflow), 32)}   ${foreignLine(text)}`, Math.max(40, columns)))])
}
