/** Which differences between texts do not count. Stage: judge. */

/** Each is off unless asked for. */
export interface TextRules {
  /** White space at both ends. */
  readonly trim?: boolean
  /** A run of white space is one space. */
  readonly collapseSpace?: boolean
  readonly ignoreCase?: boolean
  /** Every character that Unicode calls punctuation. */
  readonly ignorePunctuation?: boolean
  /** The Unicode form that both texts are brought into: NFC for accents, NFKC also for full-width forms and ligatures. */
  readonly unicode?: 'NFC' | 'NFKC'
}

/** `text` in the form in which it is compared. */
export function normalText(text: string, { trim, collapseSpace, ignoreCase, ignorePunctuation, unicode }: TextRules): string {
  let normal = unicode === undefined ? text : text.normalize(unicode)
  if (ignoreCase) normal = normal.toLowerCase()
  if (ignorePunctuation) normal = normal.replaceAll(/\p{P}/gu, '')
  if (collapseSpace) normal = normal.replaceAll(/\s+/gu, ' ')
  return trim ? normal.trim() : normal
}
