/** Whether this Node can run the command; kept so plain that an old Node can read it. Stage: cli. */

/** What package.json asks for: 22.12 and later of 22, 24, and 26 and later. */
export const neededNode = '^22.12.0 || ^24.0.0 || >=26.0.0'

/** Whether `version` (as in `process.versions.node`) is one that Vitest 5 and this command run on. */
export function nodeIsSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major === 22 ? minor >= 12 : major === 24 || major >= 26
}

/** What to tell someone whose Node is too old or of an odd line. */
export function nodeProblem(version: string, path: string): string {
  return [
    `error NODE_VERSION: expected Node ${neededNode}, received ${version}, at ${path}`,
    '  Install a current Node, or only for this project: npm i -D node@24',
    '  (npx and npm scripts then run on that Node; its install script must be allowed to run).',
    '',
  ].join('\n')
}
