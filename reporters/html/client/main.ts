/** What the page does beyond being read: colours, the tables of cases, links into them. Stage: reporters. */
import { connectCases } from './case-table.ts'
import { showGraphs } from './graphs.ts'
import { openTargets } from './open-targets.ts'
import { chooseColours } from './theme.ts'

document.documentElement.classList.add('js')
chooseColours()
document.addEventListener('DOMContentLoaded', () => {
  for (const section of document.querySelectorAll<HTMLElement>('[data-cases]')) {
    connectCases(section)
    showGraphs(section)
  }
  openTargets()
})
