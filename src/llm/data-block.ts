/** Foreign text in a question, in blocks that it cannot end. Stage: llm. */
import { sha256 } from '../core/hash.ts'

/** `text` between two lines with `mark`, which belongs to this question alone: where the text holds it, it is taken out. */
export function dataBlock(mark: string, text: string): string {
  return `<data-${mark}>\n${text.replaceAll(mark, '')}\n</data-${mark}>`
}

/** A mark that stands in none of `texts`: a hash of them all, so that the same question is the same text, which a cache finds again. */
export function markFor(texts: readonly string[]): string {
  let mark = sha256(texts.join('\0')).slice(0, 16)
  while (texts.some((text) => text.includes(mark))) mark = sha256(mark).slice(0, 16)
  return mark
}
