/** Keys and tokens out of texts that somebody will read. Stage: llm. */

// Linear patterns: no nested repetition, so that a long text costs its length.
const shapes: readonly (readonly [RegExp, string])[] = [
  [/\bsk-[A-Za-z0-9_-]{8,}/g, '[redacted key]'],
  [/\b(?:ghp|gho|ghs|github_pat|xox[abprs]|AKIA|AIza)[A-Za-z0-9_-]{10,}/g, '[redacted token]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, '[redacted token]'],
  [/\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]{8,}/gi, '$1 [redacted]'],
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^/\s:@]{1,200}:[^/\s@]{1,200}@/gi, '$1[redacted]@'],
]

/** `text` without `secrets` and without anything that looks like a key, a token or a password in an address. */
export function redactSecrets(text: string, secrets: readonly (string | undefined)[] = []): string {
  let clean = text
  for (const secret of secrets) if (secret !== undefined && secret.length >= 6) clean = clean.replaceAll(secret, '[redacted]')
  for (const [shape, instead] of shapes) clean = clean.replace(shape, instead)
  return clean
}
