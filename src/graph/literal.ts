/** Values as source text. Stage: graph. */
import { describeValue } from '../core/describe-value.ts'
import { TraceEvalError } from '../core/errors.ts'

/** `value` as an expression that gives it. Texts of several lines become templates. @internal */
export function literal(value: unknown, name: string): string {
  switch (typeof value) {
    case 'string': return textLiteral(value)
    case 'number': return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : Number.isNaN(value) ? 'Number.NaN' : `${value < 0 ? '-' : ''}Infinity`
    case 'bigint': return `${value}n`
    case 'boolean': case 'undefined': return String(value)
  }
  if (value === null) return 'null'
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, name)).join(', ')}]`
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
  if (prototype === Object.prototype || prototype === null) return objectLiteral(value as object, name)
  throw new TraceEvalError('EXPORT_VALUE', `expected a value that can be written as a literal, received ${describeValue(value)}`, { at: `parameter ${describeValue(name)}` })
}

function objectLiteral(value: object, name: string): string {
  const fields = Object.entries(value).map(([key, item]) => `${keyLiteral(key)}: ${literal(item, name)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

// Written plainly, `__proto__` would be no field.
function keyLiteral(key: string): string {
  if (key === '__proto__') return `['__proto__']`
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : textLiteral(key, false)
}

function textLiteral(text: string, mayBreak = true): string {
  if (mayBreak && text.includes('\n') && !/[^\P{Cc}\n]/u.test(text)) return `\`${text.replaceAll(/[\\`]|\$(?=\{)/g, String.raw`\$&`)}\``
  return `'${JSON.stringify(text).slice(1, -1).replaceAll(String.raw`\"`, '"').replaceAll("'", String.raw`\'`)}'`
}
