/** How many columns a text takes in a terminal. Stage: reporters. */
import { unpainted } from './ansi.ts'

/**
 * Columns that `text` takes at most. Code points are counted one by one, as most terminals do: wide ones (East Asian
 * Width W and F of Unicode 16, emoji) take two, marks that combine none. A terminal that joins an emoji sequence
 * needs fewer.
 */
export function displayWidth(text: string): number {
  const plain = unpainted(text)
  if (/^[\u0020-\u007e]*$/.test(plain)) return plain.length
  let width = 0
  let last = 0
  for (const char of plain) {
    // The emoji selector makes the character before it wide.
    const own = char === '\ufe0f' ? Math.max(0, 2 - last) : widthOf(char)
    width += own
    if (own > 0) last = own
  }
  return width
}

const zero = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const wide = new RegExp(`^[\\p{Emoji_Presentation}${[
  '\\u1100-\\u115f', '\\u2e80-\\u303e', '\\u3041-\\ua4cf', '\\ua960-\\ua97c', '\\uac00-\\ud7a3', '\\uf900-\\ufaff', '\\ufe10-\\ufe19', '\\ufe30-\\ufe6f',
  '\\uff01-\\uff60', '\\uffe0-\\uffe6', '\\u2630-\\u2637', '\\u268a-\\u268f', '\\u{16fe0}-\\u{18dff}', '\\u{1aff0}-\\u{1b2fb}', '\\u{1d300}-\\u{1d376}', '\\u{1f200}-\\u{1f265}', '\\u{1f300}-\\u{1faff}',
  '\\u{20000}-\\u{3fffd}',
].join('')}]$`, 'u')

function widthOf(char: string): number {
  if (char < '\u0300') return 1
  if (zero.test(char)) return 0
  return wide.test(char) ? 2 : 1
}
