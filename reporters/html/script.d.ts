/** A file with all it imports as one script for browsers: scripts/client-script.ts makes it. Stage: reporters. */
declare module '*?script' {
  const script: string
  export default script
}
