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

/** Columns a character takes in a font of fixed width. */
function columnsOf(char: string): number { return char.codePointAt(0)! >= 0x1100 ? 2 : 1 }

/** Columns of `text`, at most. */
export function columns(text: string): number {
  let sum = 0
  for (const char of text) sum += columnsOf(char)
  return sum
}

/** `text` in lines of at most `width` columns, broken at spaces where that leaves no line half empty. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  let taken = 0
  for (const char of text) {
    if (taken + columnsOf(char) > width) {
      const space = line.lastIndexOf(' ')
      const end = space > line.length / 2 ? space : line.length
      lines.push(line.slice(0, end))
      line = line.slice(end).trimStart()
      taken = columns(line)
    }
    line += char
    taken += columnsOf(char)
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}
