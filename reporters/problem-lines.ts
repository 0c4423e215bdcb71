/** Problems as lines, each with its place. Stage: reporters. */
import type { Problem, WorkflowReport } from '../src/report/run-report.ts'
import type { Paint } from './ansi.ts'
import { foreign, foreignLine, wrap } from './layout.ts'
import { placeText } from './wording.ts'

/** `error: …`, in the colour of its level. */
export function problemLines(problems: readonly Problem[], columns: number, color: Paint): string[] {
  return problems.flatMap((problem) => {
    const { level } = problem
    const dye = level === 'error' ? color.red : level === 'warning' ? color.yellow : color.dim
    return wrap(problemText(problem), { columns, first: ` ${level}: `, next: '   ' }).map((line) => dye(line))
  })
}

/** What went wrong, and where, unless the words tell that themselves: the first line of a file that they name is no place. */
export function problemText({ message, location }: Problem): string {
  const place = placeText(location)
  const isKnown = location === undefined || message.includes(place) || (location.line === 1 && message.includes(foreignLine(location.file)))
  return `${foreign(message.trim())}${isKnown ? '' : ` (${place})`}`
}

/** The problem that the verdict is about: it is shown there, whole, and not twice. */
export function decisiveProblem({ verdict, reason, problems }: WorkflowReport): Problem | undefined {
  return verdict === 'error' ? problems.find(({ level, message }) => level === 'error' && message.split('\n', 1)[0] === reason) : undefined
}
