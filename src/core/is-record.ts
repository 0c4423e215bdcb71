/** What JSON calls an object. Stage: core. */

/** Whether `value` is an object and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
