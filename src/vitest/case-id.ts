/** The id of a case: from the title as it was written, so that it is the same under every version of Vitest. Stage: vitest. */
import { format } from 'node:util'

/**
 * The title of a row with its fields put in: `$id`, `$input.text`, `%s` and the other marks of `util.format`. Vitest's own
 * titles quote and cut values differently from version to version; splits and saved reports must not follow.
 */
export function formatCaseId(title: string, row: { readonly value: unknown } | undefined): string {
  if (row === undefined) return title
  const named = title.replaceAll(/\$([A-Za-z_$][\w$]*(?:\.[\w$]+)*)/g, (mark, path: string) => {
    const value = path.split('.').reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? (inner as Record<string, unknown>)[key] : undefined), row.value)
    return value === undefined ? mark : typeof value === 'object' ? format('%j', value) : String(value)
  })
  return /%[sdifjoOc]/.test(title) ? format(named, ...(Array.isArray(row.value) ? row.value as unknown[] : [row.value])) : named
}
