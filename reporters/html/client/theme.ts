/** Light, dark, or what the system says; kept for the next page where the browser lets us. Stage: reporters. */

const KEY = 'trace-eval-colours'
const names = ['system', 'light', 'dark'] as const

/** Applies what was chosen before, and lets the button choose the next. */
export function chooseColours(): void {
  apply(stored())
  document.addEventListener('DOMContentLoaded', () => {
    const button = document.querySelector<HTMLButtonElement>('[data-theme-button]')
    if (button === null) return
    const show = (): void => { button.textContent = `Colours: ${current()}` }
    button.addEventListener('click', () => {
      const next = names[(names.indexOf(current()) + 1) % names.length]!
      apply(next)
      try { localStorage.setItem(KEY, next) } catch { /* a page from disk may keep nothing */ }
      show()
    })
    show()
  })
}

type Name = (typeof names)[number]

function current(): Name { return names.find((name) => name === document.documentElement.dataset['theme']) ?? 'system' }

function apply(name: Name): void {
  if (name === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = name
}

function stored(): Name {
  try { return names.find((name) => name === localStorage.getItem(KEY)) ?? 'system' } catch { return 'system' }
}
