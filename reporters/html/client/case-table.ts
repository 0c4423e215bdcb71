/** A table of cases that can be searched, filtered, sorted and opened. Stage: reporters. */

/** The order that the page came with. */
const GIVEN = ''
/** Rows that are shown until more are asked for: no browser lays out thousands at once without a pause. */
const PAGE = 100

/** Makes the controls of `section` work. */
export function connectCases(section: HTMLElement): void { new CaseTable(section).show() }

class CaseTable {
  readonly #section: HTMLElement
  readonly #table: HTMLTableElement
  readonly #rows: readonly HTMLTableSectionElement[]
  readonly #texts = new Map<HTMLElement, string>()
  #ordered: readonly HTMLTableSectionElement[]
  #limit = PAGE

  constructor(section: HTMLElement) {
    this.#section = section
    this.#table = section.querySelector('table')!
    this.#rows = [...this.#table.querySelectorAll<HTMLTableSectionElement>('tbody.case')]
    this.#ordered = this.#rows
    for (const button of this.#table.querySelectorAll<HTMLButtonElement>('button.toggle')) button.addEventListener('click', () => toggle(button.closest('tbody')!))
    for (const button of this.#table.querySelectorAll<HTMLButtonElement>('[data-sort]')) button.addEventListener('click', () => this.#sort(button))
    section.querySelector('[data-search]')?.addEventListener('input', () => this.#filterAnew())
    for (const input of section.querySelectorAll('[data-state-filter],[data-set-filter]')) input.addEventListener('change', () => this.#filterAnew())
    section.querySelector('[data-open-all]')?.addEventListener('click', () => this.#openAll())
    section.querySelector('[data-more]')?.addEventListener('click', () => {
      this.#limit = Infinity
      this.show()
    })
    section.addEventListener('reveal', () => this.#reset())
  }

  #filterAnew(): void {
    this.#limit = PAGE
    this.show()
  }

  /** Shows the rows that fit what was asked for. */
  show(): void {
    const words = (this.#section.querySelector<HTMLInputElement>('[data-search]')?.value ?? '').toLowerCase().split(/\s+/).filter(Boolean)
    const state = this.#section.querySelector<HTMLInputElement>('[data-state-filter]:checked')?.value ?? ''
    const set = this.#section.querySelector<HTMLSelectElement>('[data-set-filter]')?.value ?? ''
    let fitting = 0
    for (const row of this.#ordered) {
      const states = (row.dataset['state'] ?? '').split(' ')
      const fits = (state === '' || states.includes(state)) && (set === '' || row.dataset['set'] === set) && words.every((word) => this.#textOf(row).includes(word))
      if (fits) fitting++
      row.hidden = !fits || fitting > this.#limit
    }
    const status = this.#section.querySelector('[role=status]')
    if (status !== null) status.textContent = fitting === this.#rows.length ? '' : `${fitting.toLocaleString('en')} of ${this.#rows.length.toLocaleString('en')} cases`
    this.#table.hidden = fitting === 0
    const more = this.#section.querySelector<HTMLButtonElement>('[data-more]')
    if (more === null) return
    more.hidden = fitting <= this.#limit
    more.textContent = `Show ${(fitting - this.#limit).toLocaleString('en')} more`
  }

  #textOf(row: HTMLElement): string {
    const known = this.#texts.get(row)
    if (known !== undefined) return known
    const text = (row.textContent ?? '').toLowerCase()
    this.#texts.set(row, text)
    return text
  }

  /** Ascending, descending, then as it was. */
  #sort(button: HTMLButtonElement): void {
    const head = button.closest('th')!
    const next = head.ariaSort === 'ascending' ? 'descending' : head.ariaSort === 'descending' ? GIVEN : 'ascending'
    for (const other of this.#table.querySelectorAll('th[aria-sort]')) other.setAttribute('aria-sort', 'none')
    head.setAttribute('aria-sort', next === GIVEN ? 'none' : next)
    const key = button.dataset['sort']!
    this.#ordered = next === GIVEN ? this.#rows : this.#rows.toSorted((a, b) => (next === 'descending' ? -1 : 1) * compare(valueOf(a, key), valueOf(b, key)))
    this.#table.append(...this.#ordered)
    this.show()
  }

  #openAll(): void {
    const shown = this.#rows.filter((row) => !row.hidden && row.querySelector('.detail') !== null)
    const open = shown.some((row) => !row.classList.contains('open'))
    for (const row of shown) if (row.classList.contains('open') !== open) toggle(row)
  }

  #reset(): void {
    const search = this.#section.querySelector<HTMLInputElement>('[data-search]')
    if (search !== null) search.value = ''
    for (const input of this.#section.querySelectorAll<HTMLInputElement>('[data-state-filter]')) input.checked = input.value === ''
    const set = this.#section.querySelector<HTMLSelectElement>('[data-set-filter]')
    if (set !== null) set.value = ''
    this.#limit = Infinity
    this.show()
  }
}

/** Shows or hides what a case said. */
export function toggle(row: HTMLElement, open: boolean = !row.classList.contains('open')): void {
  row.classList.toggle('open', open)
  row.querySelector('button.toggle')?.setAttribute('aria-expanded', String(open))
}

function valueOf(row: HTMLElement, key: string): string | number {
  const text = row.dataset[key] ?? ''
  return key === 'title' || key === 'set' ? text : text === '' ? -Infinity : Number(text)
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'string' ? a.localeCompare(String(b), 'en', { numeric: true }) : a === b ? 0 : a < (b as number) ? -1 : 1
}
