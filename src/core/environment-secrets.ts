/** Secrets that the environment holds, told by the names of its variables. Stage: core. */

const secretName = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|APIKEY)(?:[_-]?\d{1,3})?$|(?:^|[_-])(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE)[_-]/i
// Settings that are no secrets, under names such as NEXTAUTH_SECRET or TLS_KEY_FILE.
const harmless = /^(?:[\d.,_-]*|(?:\.{0,2}|~|[A-Za-z]:|file:\/)[\\/].*[\\/].*|development|production|undefined|disabled|required|optional|password|changeme|localhost)$/i

/** Shorter values are words that stand in many texts. */
const SHORTEST = 8

/** Values of variables whose name says key, token, secret or password, and passwords in addresses; also as they stand inside addresses and JSON. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>> = process.env): string[] {
  return env === process.env ? ownSecrets() : secretsIn(env)
}

// Reading the whole environment takes longer than redacting a text, and nothing adds to it while this program does not wait.
let own: string[] | undefined

function ownSecrets(): string[] {
  if (own === undefined) {
    own = secretsIn(process.env)
    queueMicrotask(() => { own = undefined })
  }
  return own
}

function secretsIn(env: Readonly<Record<string, string | undefined>>): string[] {
  const found = new Set<string>()
  for (const [name, given] of Object.entries(env)) {
    const value = given?.trim() ?? ''
    if (value.length < SHORTEST) continue
    const inside = value.includes('://') ? passwordIn(value) : undefined
    for (const secret of [secretName.test(name) && !harmless.test(value) ? value : undefined, inside]) {
      if (secret === undefined || secret.length < SHORTEST) continue
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) found.add(form)
    }
  }
  // A secret that begins another must not leave the rest of it.
  return [...found].sort((a, b) => b.length - a.length)
}

function passwordIn(address: string): string | undefined {
  const { password = '' } = URL.parse(address) ?? {}
  try { return decodeURIComponent(password) } catch { return password }
}
