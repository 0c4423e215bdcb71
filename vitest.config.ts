import { defineConfig } from 'vitest/config'
import { clientScript } from './scripts/client-script.ts'

const exclude = ['**/node_modules/**', 'dist/**']

export default defineConfig({
  test: {
    projects: [
      { plugins: [clientScript()], test: { name: 'unit', include: ['{src,reporters,evals,bench,scripts}/**/*.test.ts', 'test/*.test.ts'], exclude, testTimeout: 20_000 } },
      // A page is judged in a real browser; without one these fail and say so.
      { plugins: [clientScript()], test: { name: 'browser', include: ['test/browser/**/*.test.ts'], exclude, testTimeout: 30_000, hookTimeout: 60_000 } },
      // Real projects with the packed tarball, on every supported line of Vitest: real processes and an install, so with
      // more time, and a second try where a loaded machine was too slow for the first.
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], exclude, globalSetup: ['test/e2e/installation.ts'], testTimeout: 120_000, hookTimeout: 240_000, retry: 1 } },
    ],
  },
})
