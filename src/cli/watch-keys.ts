/** Keys of watch mode: at a terminal each by itself, from a pipe each letter of a line. Stage: cli. */

/** What keys can ask for. */
export type Asked = 'optimize' | 'save' | 'again' | 'quit' | 'stop'

const keys: Readonly<Record<string, Asked>> = { 'o': 'optimize', 's': 'save', 'a': 'again', '\r': 'again', 'q': 'quit', '\u0003': 'stop' }

/** One line that says which keys there are. */
export const keysText = 'watching for changes: o optimizes, s saves what it found, a runs again, q quits'

/** Calls `ask` for every key until the returned function is called. */
export function readKeys(input: NodeJS.ReadStream, ask: (asked: Asked) => void): () => void {
  const onData = (text: string | Buffer): void => {
    for (const key of String(text)) {
      const asked = Object.hasOwn(keys, key) ? keys[key] : undefined
      if (asked !== undefined) ask(asked)
    }
  }
  if (input.isTTY) input.setRawMode(true)
  input.on('data', onData)
  input.resume()
  return () => {
    input.off('data', onData)
    if (input.isTTY) input.setRawMode(false)
    input.pause()
  }
}
