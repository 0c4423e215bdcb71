/** Reads a raw mail: the headers the filter looks at, and its first readable text. */

/** A mail as the filter sees it. */
export interface Mail {
  readonly subject: string
  /** `text/plain`, `text/html`, … of the part that `body` comes from. */
  readonly type: string
  /** The program that wrote it, if it says so. */
  readonly mailer: string
  readonly body: string
}

/** Characters of a body that are looked at. */
export const BODY_LIMIT = 400

/** Reads a raw mail (RFC 822): unfolds headers, picks the first text part, undoes its transfer encoding, masks addresses. */
export function readMail(raw: string): Mail {
  const { headers, body } = splitMessage(raw)
  const part = firstText(headers, body)
  return {
    subject: tidy(headers.get('subject') ?? '').slice(0, 120),
    type: part.type,
    mailer: tidy(headers.get('x-mailer') ?? headers.get('user-agent') ?? '').slice(0, 60),
    body: tidy(part.type === 'text/html' || /<(?:html|body|table|font)\b/i.test(part.text) ? withoutTags(part.text) : part.text).slice(0, BODY_LIMIT).trimEnd(),
  }
}

interface Part { readonly type: string; readonly text: string }

function splitMessage(raw: string): { headers: Map<string, string>; body: string } {
  const text = raw.replaceAll('\r\n', '\n')
  const end = text.indexOf('\n\n')
  const head = (end === -1 ? text : text.slice(0, end)).replaceAll(/\n[ \t]+/g, ' ')
  const headers = new Map<string, string>()
  for (const line of head.split('\n')) {
    const field = /^([\w-]+):\s*(.*)$/.exec(line)
    if (field !== null && !headers.has(field[1]!.toLowerCase())) headers.set(field[1]!.toLowerCase(), field[2]!)
  }
  return { headers, body: end === -1 ? '' : text.slice(end + 2) }
}

function firstText(headers: ReadonlyMap<string, string>, body: string, depth = 0): Part {
  const type = headers.get('content-type') ?? 'text/plain'
  const boundary = /boundary="?([^";]+)/i.exec(type)?.[1]?.trim()
  if (boundary !== undefined && depth < 3) {
    for (const piece of body.split(`--${boundary}`).slice(1)) {
      const inner = splitMessage(piece.replace(/^\n/, ''))
      const part = firstText(inner.headers, inner.body, depth + 1)
      if (part.type.startsWith('text/') && part.text.trim() !== '') return part
    }
  }
  return { type: (type.split(';')[0] ?? '').trim().toLowerCase(), text: decode(body, headers.get('content-transfer-encoding') ?? '') }
}

function decode(text: string, encoding: string): string {
  switch (encoding.trim().toLowerCase()) {
    case 'base64': return Buffer.from(text, 'base64').toString('latin1')
    case 'quoted-printable': return text.replaceAll(/=\n/g, '').replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    default: return text
  }
}

const entities: Readonly<Record<string, string>> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"' }

/** The text that a reader sees, and where its links go. */
function withoutTags(html: string): string {
  return html
    .replaceAll(/<!--[^]*?-->|<(style|script|title)\b[^]*?<\/\1>/gi, ' ')
    .replaceAll(/<a\b[^>]*?href\s*=\s*["']?(https?:[^\s"'>]*)[^>]*>/gi, ' $1 ')
    .replaceAll(/<(?:br|p|div|tr|li|h\d)\b[^>]*>/gi, '\n')
    .replaceAll(/<[^>]*>?/g, ' ')
    .replaceAll(/&(nbsp|amp|lt|gt|quot);/gi, (_, name: string) => entities[name.toLowerCase()] ?? ' ')
    .replaceAll(/&#?\w{1,8};/g, ' ')
}

/** Masks mail addresses, phone numbers and long codes; shortens links; drops control characters; one blank line at most, no runs of blanks. */
function tidy(text: string): string {
  return text
    .replaceAll('\r', '\n')
    // oxlint-disable-next-line no-control-regex -- they are what is taken out
    .replaceAll(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\uFEFF]/g, ' ')
    .replaceAll(/(?:mailto:)?[\w.+%=-]+(?:@|%40|\(at\))[\w-]+(?:\.[\w-]+)+/gi, 'someone@example.com')
    .replaceAll(/(?<![\d.])(?:\+?\d{1,3}[ .-]?)?(?:\(\d{2,4}\) ?|\d{2,4}[ -])\d{3,4}[ -]\d{3,4}(?!\d)/g, '555-0100')
    .replaceAll(/(https?:\/\/[^\s/?]+[/?][^\s>"')]{0,16})[^\s>"')]*/gi, '$1')
    .replaceAll(/[\w%+/=]{40,}/g, (code) => code.slice(0, 12))
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}
