/** HTML that is written with no way to forget an escape: what is put into a template is text, unless it is markup. Stage: reporters. */
import { escapeControls } from '../../src/core/text.ts'

/** HTML of our own making. */
export interface Markup { readonly html: string }

/** What stands in a template: text is escaped, markup is not, nothing leaves nothing. */
export type Content = string | number | Markup | undefined | readonly Content[]

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
// What escapeControls leaves: another mark that reorders text, characters nobody sees, and halves of pairs.
const unseen = /[\u061c\u00ad\u200b\u2060-\u2064\ufffe\uffff]|[\u{e0000}-\u{e007f}]/gu
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Foreign text as HTML, for content and for attributes in quotes: nothing in it acts, hides, or reorders what is beside it. */
export function escapeHtml(text: string): string {
  return escapeControls(text).replace(loneSurrogate, '\ufffd').replace(unseen, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`).replace(/[&<>"']/g, (char) => escapes[char]!)
}

/** A template of HTML. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { html: parts.map((part, index) => (index === 0 ? part : `${textOf(contents[index - 1])}${part}`)).join('') }
}

/** HTML that is safe as it is: our own, or made by something that escapes. */
export function trusted(text: string): Markup { return { html: text } }

/** `content`, when `condition` holds. */
export function when(condition: boolean, content: () => Content): Content { return condition ? content() : undefined }

function textOf(content: Content): string {
  if (content === undefined) return ''
  if (typeof content === 'string') return escapeHtml(content)
  if (typeof content === 'number') return String(content)
  return 'html' in content ? content.html : content.map(textOf).join('')
}
