/** A link to a case opens it, also where a filter hides it. Stage: reporters. */
import { toggle } from './case-table.ts'

/** Opens what the address names, now and whenever it changes. */
export function openTargets(): void {
  addEventListener('hashchange', open)
  open()
}

function open(): void {
  const target = location.hash === '' ? null : document.getElementById(decodeURIComponent(location.hash.slice(1)))
  for (let box = target?.closest('details'); box; box = box.parentElement?.closest('details')) box.open = true
  const row = target?.closest<HTMLElement>('tbody.case')
  if (!row) return
  if (row.hidden) row.closest('[data-cases]')?.dispatchEvent(new Event('reveal'))
  toggle(row, true)
  row.scrollIntoView({ block: 'start' })
  row.querySelector<HTMLButtonElement>('button.toggle')?.focus({ preventScroll: true })
}
