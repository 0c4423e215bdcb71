/** The learning curve: scores that selected values, and held-out scores that did not, told apart. Stage: reporters. */
import type { RoundReport, WorkflowReport } from '../../src/report/run-report.ts'
import { count, fromTo, scoreText } from '../wording.ts'
import { html, when, type Content, type Markup } from './markup.ts'
import { scrolling } from './words.ts'

const [LEFT, RIGHT, TOP, BOTTOM, WIDTH, HEIGHT] = [40, 64, 18, 34, 680, 260]

/** Where scores and rounds stand. */
interface Scale { readonly x: (round: number) => number; readonly y: (score: number) => number; readonly ticks: readonly number[] }

/** The curve with its legend, or nothing where there was no round. */
export function learningCurve(report: WorkflowReport): Content {
  const { rounds, final, baseline, threshold, rejected } = report
  if (rounds.length === 0) return undefined
  const scale = scaleOf(report)
  const last = rounds.length
  const end = rejected === undefined ? final.score : rejected.heldOutScore
  return html`<figure class="curve">${scrolling('Learning curve', html`<svg role="img" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-label="${spoken(report)}">
${scale.ticks.map((tick) => html`<path class="grid" d="M${LEFT} ${scale.y(tick)}H${WIDTH - RIGHT}"/><text class="tick" x="${LEFT - 8}" y="${scale.y(tick) + 4}" text-anchor="end">${tick.toFixed(scale.ticks[1]! - scale.ticks[0]! < 0.1 ? 2 : 1)}</text>`)}
${[0, ...rounds.map(({ round }) => round)].map((round, index, all) => when(index === 0 || index === last || all.length < 16 || index % Math.ceil(all.length / 12) === 0, () => html`<text class="tick" x="${scale.x(index)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${index === 0 ? 'start' : round}</text>`))}
<text class="tick" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 2}" text-anchor="middle">round</text>
${when(threshold !== undefined && inside(scale, threshold!), () => html`<path class="threshold" d="M${LEFT} ${scale.y(threshold!)}H${WIDTH - RIGHT}"/><text class="tick strong" x="${WIDTH - RIGHT + 6}" y="${scale.y(threshold!) + 4}">${scoreText(threshold)}</text>`)}
${when(final.heldOut, () => html`<path class="held line" d="M${scale.x(0)} ${scale.y(baseline.score)}L${scale.x(last)} ${scale.y(end)}"/>`)}
<path class="learn line" d="${steps(rounds, scale)}"/>
${[{ round: 0, score: rounds[0]!.before, kept: true, text: 'start' }, ...rounds.map(({ round, after, kept, reason }) => ({ round, score: after, kept, text: `round ${round}, ${kept ? 'kept' : 'not kept'}: ${reason}` }))]
    .map(({ score, kept, text }, index) => html`<circle class="learn ${kept ? 'kept' : 'idle'}" cx="${scale.x(index)}" cy="${scale.y(score)}" r="${kept ? 5 : 3.5}"><title>${text}, ${scoreText(score, threshold)}</title></circle>`)}
${when(final.heldOut, () => [diamond(scale.x(0), scale.y(baseline.score), `held out, start: ${scoreText(baseline.score, threshold)}`), diamond(scale.x(last), scale.y(end), `held out, end: ${scoreText(end, threshold)}`)])}</svg>`)}
<figcaption class="legend"><span><i class="key learn"></i>best on the cases to learn from: it chose the values, so it flatters them</span>${when(final.heldOut, () => html`<span><i class="key held"></i>held-out cases: measured at start and end only</span>`)}${when(threshold !== undefined, () => html`<span><i class="key threshold"></i>threshold</span>`)}</figcaption></figure>`
}

function spoken({ rounds, final, baseline, learn }: WorkflowReport): string {
  const heldOut = final.heldOut ? `; on held-out cases ${fromTo(baseline.score, final.score)}` : ''
  return `Over ${count(rounds.length, 'round')} the score on cases to learn from went ${fromTo(rounds[0]?.before ?? learn.baseline, rounds.at(-1)?.after ?? learn.final)}${heldOut}`
}

function scaleOf({ rounds, final, baseline, rejected, threshold }: WorkflowReport): Scale {
  const scores = [...rounds.flatMap(({ before, after }) => [before, after]), ...final.heldOut ? [final.score, baseline.score, rejected?.heldOutScore ?? final.score] : [], ...threshold === undefined ? [] : [threshold]]
  const [least, most] = [Math.min(...scores), Math.max(...scores)]
  const step = most - least > 0.5 ? 0.2 : most - least > 0.2 ? 0.1 : 0.05
  const low = Math.max(0, Math.floor((least - step / 2) / step + 1e-9) * step)
  const high = Math.min(1, Math.ceil((most + step / 2) / step - 1e-9) * step)
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, index) => low + index * step)
  const round = (value: number): number => Math.round(value * 10) / 10
  return {
    x: (index) => round(LEFT + 12 + (index / rounds.length) * (WIDTH - LEFT - RIGHT - 24)),
    y: (score) => round(TOP + (1 - (score - low) / (ticks.at(-1)! - low || 1)) * (HEIGHT - TOP - BOTTOM)),
    ticks,
  }
}

function inside({ ticks }: Scale, score: number): boolean { return score >= ticks[0]! - 1e-9 && score <= ticks.at(-1)! + 1e-9 }

/** The best so far changes when a round ends, so the line rises there and not on the way. */
function steps(rounds: readonly RoundReport[], { x, y }: Scale): string {
  return `M${x(0)} ${y(rounds[0]!.before)}${rounds.map(({ after }, index) => `H${x(index + 1)}V${y(after)}`).join('')}`
}

function diamond(cx: number, cy: number, text: string): Markup {
  return html`<path class="held point" d="M${cx} ${cy - 7}l7 7l-7 7l-7 -7z"><title>${text}</title></path>`
}
