/** Keeps live lines at the bottom of a terminal, or prints finished rounds where nothing can be redrawn. Stage: reporters. */
import { systemClock, type Clock } from '../src/core/clock.ts'
import { renderEndedRound, renderLive, renderNotice, type LiveView } from './live-line.ts'

/** Where and how live lines are drawn. */
export interface LiveLinesOptions {
  /** Whether lines can be redrawn. */
  readonly tty: boolean
  readonly columns: number
  /** Lines of the terminal: more workflows than fit are counted. @defaultValue 24 */
  readonly rows?: number
  readonly color: boolean
  readonly write: (text: string) => void
  /** Least time between two drawings, in milliseconds. @defaultValue 80 */
  readonly intervalMs?: number
  /** Where lines cannot be redrawn: how long a workflow runs before its rounds are told one by one; all of them stand in its table in the end. @defaultValue 3,000 ms */
  readonly quietMs?: number
  /** @defaultValue the real one */
  readonly clock?: Clock
}

/** Live lines by id, in the order they came, below everything that is printed through `print`. */
export class LiveLines {
  readonly #options: Required<LiveLinesOptions>
  readonly #views = new Map<string, LiveView>()
  readonly #endedShown = new Map<string, number>()
  readonly #noticesShown = new Map<string, number>()
  readonly #since = new Map<string, number>()
  #drawn = 0
  #drawnAt = Number.NEGATIVE_INFINITY
  #timer: unknown

  constructor(options: LiveLinesOptions) {
    this.#options = { rows: 24, intervalMs: 80, quietMs: 3000, clock: systemClock, ...options }
  }

  /** Shows how far `id` is; answers whether that printed lines which stay. */
  update(id: string, view: LiveView): boolean {
    const { tty, clock, quietMs } = this.#options
    const told = this.#printNotices(id, view)
    this.#views.set(id, view)
    if (tty) {
      this.#drawSoon()
      return told
    }
    if (!this.#since.has(id)) this.#since.set(id, clock.now())
    return clock.now() - this.#since.get(id)! >= quietMs ? this.#printEnded(id, view) || told : told
  }

  /** Takes the line of `id` away. */
  remove(id: string): void {
    if (this.#views.delete(id) && this.#options.tty) this.#draw('')
  }

  /** Prints `text` above the live lines, for good. */
  print(text: string): void {
    const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`
    if (this.#options.tty) this.#draw(whole)
    else this.#options.write(whole)
  }

  /** Takes all live lines away; what was printed stays. */
  end(): void {
    this.#views.clear()
    this.#endedShown.clear()
    this.#noticesShown.clear()
    this.#since.clear()
    if (this.#options.tty) this.#draw('')
  }

  #printNotices(id: string, { workflow, notices = [] }: LiveView): boolean {
    const { columns, color } = this.#options
    const last = this.#noticesShown.get(id) ?? 0
    const fresh = notices.filter(({ number }) => number > last)
    for (const { text } of fresh) this.print(renderNotice(workflow, text, { columns, color }))
    this.#noticesShown.set(id, notices.at(-1)?.number ?? last)
    return fresh.length > 0
  }

  #printEnded(id: string, { workflow, ended }: LiveView): boolean {
    const { write, columns, color } = this.#options
    const last = this.#endedShown.get(id) ?? 0
    const fresh = ended.filter((one) => one.round > last)
    for (const round of fresh) write(renderEndedRound(workflow, round, { columns, color }))
    this.#endedShown.set(id, Math.max(last, ...ended.map(({ round }) => round)))
    return fresh.length > 0
  }

  #drawSoon(): void {
    const { clock, intervalMs } = this.#options
    const wait = this.#drawnAt + intervalMs - clock.now()
    if (wait <= 0) this.#draw('')
    else this.#timer ??= clock.setTimeout(() => this.#draw(''), wait)
  }

  // One write per drawing, so that nothing flickers: up over the old lines, erase, the printed text, the new lines.
  #draw(printed: string): void {
    const { clock, write, columns, color, rows } = this.#options
    if (this.#timer !== undefined) clock.clearTimeout(this.#timer)
    this.#timer = undefined
    const views = [...this.#views.values()]
    const room = Math.max(1, rows - 2)
    const lines = views.slice(0, room).map((view) => renderLive(view, { columns, color }))
    if (views.length > room) lines.push(` … and ${views.length - room} more`)
    const erase = this.#drawn > 0 ? `\u001b[${this.#drawn}A\r\u001b[0J` : ''
    const text = `${erase}${printed}${lines.map((line) => `${line}\n`).join('')}`
    this.#drawn = lines.length
    this.#drawnAt = clock.now()
    if (text !== '') write(text)
  }
}
