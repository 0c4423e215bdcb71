/** Colours for a terminal, or none. Stage: reporters. */

/** Paints text; whether it does is decided once, by the caller. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
  inverse(text: string): string
}

/** Painting with SGR codes, or leaving text as it is. */
export function paint(color: boolean): Paint {
  const code = (on: number, off: number) => (text: string): string => (color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text)
  return { bold: code(1, 22), dim: code(2, 22), red: code(31, 39), green: code(32, 39), yellow: code(33, 39), cyan: code(36, 39), inverse: code(7, 27) }
}

/** Text without the codes that `paint` adds. */
export function unpainted(text: string): string {
  return text.replace(/\u001b\[\d+m/g, '') // oxlint-disable-line no-control-regex
}
