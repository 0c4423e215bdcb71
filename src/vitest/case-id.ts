/** The name of a case: its title with the fields of its row, the same under every version of Vitest. Stage: vitest. */
import { format } from 'node:util'

const marks = /%[sdifjoOc%]|\$([\w$]+(?:\.[\w$]+)*)/g

/**
 * The title of a row with its fields put in: `$id`, `$input.text`, `$0.text` for a row that is a list, `%s` and the other marks of
 * `util.format`. Vitest's own titles quote and cut values differently from version to version; splits and saved reports must not follow.
 */
export function formatCaseId(title: string, row: { readonly value: unknown } | undefined): string {
  if (row === undefined) return title
  const items: readonly unknown[] = Array.isArray(row.value) ? row.value : [row.value]
  let used = 0
  return title.replaceAll(marks, (mark, path: string | undefined) => {
    if (path !== undefined) return fieldText(row.value, path) ?? mark
    if (mark === '%%') return '%'
    return used < items.length ? format(mark, items[used++]) : mark
  })
}

function fieldText(row: unknown, path: string): string | undefined {
  let value = row
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value === undefined ? undefined : typeof value === 'object' ? format('%j', value) : String(value)
}
