/** Rows from outside, checked and typed. Stage: vitest. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'
import { applySchema, type SchemaOutput, type StandardSchema } from '../graph/standard-schema.ts'

/**
 * Checks rows with a Standard Schema and gives them its type: what a JSON file widens (`priority: string`) becomes
 * narrow again.
 *
 * @throws {TraceEvalError} `DATASET_ROW` naming the first row that does not fit.
 * @example
 * ```ts no-run
 * it.for(dataset(tickets, z.object({ id: z.string(), priority: z.enum(['low', 'high']) })))('$id', async ({ id }, { run }) => { await run(id) })
 * ```
 */
// oxlint-disable-next-line no-explicit-any -- a schema of any input and output
export function dataset<S extends StandardSchema<any, any>>(rows: Iterable<unknown>, schema: S): SchemaOutput<S>[] {
  return Array.from(rows, (row, index) => {
    const checked = applySchema(schema, row)
    if ('value' in checked) return checked.value as SchemaOutput<S>
    throw new TraceEvalError('DATASET_ROW', `expected row ${index} to fit the schema, received ${describeValue(row)}: ${checked.problem}`, { hint: 'Mend the row, or the schema.' })
  })
}
