/** Text in a font of fixed width, broken into lines; pages do the same in a browser. Stage: picture. */

/** Pixels from one line to the next. */
export const LINE = 16
/** Columns of a box. */
export const BOX_COLUMNS = 34

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
