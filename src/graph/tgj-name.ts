/** Names as they stand in TGJ documents. Stage: graph. */

/** `name` without what other readers cut it at. */
export function cleanName(name: string): string {
  const clean = name.replaceAll(':', '_')
  return clean === '' ? 'node' : clean === '__proto__' ? '_proto_' : clean
}
