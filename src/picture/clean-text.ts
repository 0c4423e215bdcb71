/** Foreign text as lines that any format can hold. Stage: picture. */
import { describeValue, shorten } from '../core/describe-value.ts'
import { escapeControls } from '../core/text.ts'
import { ForeignValue } from '../graph/tgj.ts'

// What escapeControls leaves and a picture cannot hold: line ends, the Arabic letter mark, and what XML forbids.
const beyond = /[\n\t\u061c\ufffe\uffff]/g
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** `text` on one line, at most `maxLength` long, without anything that is invisible, reorders text, or is no character. */
export function cleanText(text: string, maxLength: number): string {
  // What is cut away is not looked at: escapes never make a text shorter.
  const escaped = escapeControls(text.slice(0, maxLength + 1)).replace(beyond, escapeOne)
  return shorten(escaped, maxLength).replace(loneSurrogate, '\ufffd')
}

function escapeOne(char: string): string {
  return char === '\n' ? String.raw`\n` : char === '\t' ? ' ' : String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** A value on one line, at most `maxLength` long. */
export function valueText(value: unknown, maxLength: number): string {
  return cleanText(value instanceof ForeignValue ? foreignText(value) : describeValue(value, maxLength), maxLength)
}

function foreignText({ json }: ForeignValue): string {
  const { $type: type, name, preview, text } = json
  const known = [preview, text].find((one) => typeof one === 'string' && one !== '')
  return known !== undefined ? String(known) : `a ${String(type)}${typeof name === 'string' && name !== '' ? ` ${name}` : ''}`
}
