/** Draws the graph of a case when it is opened: the picture of its kind with the values of the case. Stage: reporters. */
import { BOX_COLUMNS, LINE, wrap } from '../../../src/picture/wrap.ts'

/** Makes the graphs in `section` appear. */
export function showGraphs(section: HTMLElement): void {
  // This event does not bubble.
  section.addEventListener('toggle', ({ target }) => {
    const list = (target as HTMLElement).querySelector<HTMLOListElement>('ol[data-picture]')
    if (list === null) return
    const frame = list.parentElement!
    frame.replaceChildren(drawn(list))
    // Wider than the table: it scrolls, by keyboard too.
    Object.assign(frame, { role: 'region', ariaLabel: 'Trace graph', tabIndex: 0 })
  }, true)
}

function drawn(list: HTMLOListElement): Node {
  const picture = document.getElementById(list.dataset['picture']!)!.cloneNode(true) as SVGElement
  picture.removeAttribute('id')
  const values = valuesIn(list)
  let number = 0
  for (const box of picture.querySelectorAll('.box')) {
    const lines = new Map<string, SVGTextElement[]>()
    for (const text of box.querySelectorAll<SVGTextElement>('[data-line]')) lines.set(text.dataset['line']!, [...lines.get(text.dataset['line']!) ?? [], text])
    let y = Number(lines.values().next().value?.[0]!.getAttribute('y'))
    for (const texts of lines.values()) {
      const own = values.get(++number)
      const shown = own === undefined ? texts.map(({ textContent }) => textContent ?? '') : wrap(own, BOX_COLUMNS)
      const [one] = texts
      for (const line of shown) {
        const text = one!.cloneNode() as SVGTextElement
        text.textContent = line
        text.setAttribute('y', String(y))
        y += LINE
        box.append(text)
      }
      for (const text of texts) text.remove()
    }
  }
  return picture
}

/** By number; an item without one follows on that before it. */
function valuesIn(list: HTMLOListElement): Map<number, string> {
  const values = new Map<number, string>()
  let last = 0
  for (const item of list.querySelectorAll('li')) values.set(last = item.hasAttribute('value') ? item.value : last + 1, item.textContent ?? '')
  return values
}
