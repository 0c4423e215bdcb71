import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{src,reporters,evals,test,bench,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'test/fixtures/**'],
    // End-to-end tests install packages and start processes; they say so with a timeout of their own.
    testTimeout: 20_000,
  },
})
