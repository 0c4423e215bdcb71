/** The name of a case: its title with the fields of its row, the same under every version of Vitest. Stage: vitest. */
import { format } from 'node:util'
import { escapeControls } from '../core/text.ts'

const marks = /%[sdifjoOc%]|\$([\w$]+(?:\.[\w$]+)*)/g

/**
 * The title of a row with its fields put in: `$id`, `$input.text`, `$0.text` for a row that is a list, `%s` and the other marks of
 * `util.format`. Vitest's own titles quote and cut values differently from version to version; splits and saved reports must not follow.
 * Reporters of Vitest print names as they are, so what could move a cursor or reorder text is written out.
 */
export function formatCaseId(title: string, row: { readonly value: unknown } | undefined): string {
  return escapeControls(row === undefined ? title : withFields(title, row))
}

function withFields(title: string, row: { readonly value: unknown }): string {
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
