/** The text of SVG elements. Stage: picture. */

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Clean text as XML. */
export function text(clean: string): string { return clean.replaceAll(/[&<>"']/g, (char) => escapes[char]!) }

/** One element; `inside` is XML already. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, inside: readonly string[] = []): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${text(String(value))}"`).join('')
  return inside.length === 0 ? `<${name}${given}/>` : `<${name}${given}>${inside.join('')}</${name}>`
}
