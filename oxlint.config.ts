import { defineConfig } from 'oxlint'

// The rooms of src/ by level: imports go downwards, never sideways. ARCHITECTURE.md draws the same table.
const level: Record<string, number> = {
  core: 0, graph: 1, stats: 1, feedback: 2, store: 2, llm: 2, code: 2, picture: 2, backward: 3, judge: 3, optimize: 4, gate: 4, train: 5, report: 6, vitest: 7, testing: 7, cli: 8,
}
const rooms = Object.keys(level)
const hosts = ['vitest', 'vitest/node', 'vitest/config'].map((name) => ({ name, message: 'Only src/vitest, src/testing, src/cli and reporters know Vitest.' }))

function layerRule(room: string) {
  const above = rooms.filter((other) => other !== room && level[other]! >= level[room]!)
  const patterns = [
    ...above.map((other) => ({ group: [`**/${other}/**`], message: `Imports go downwards: ${room} is level ${level[room]}, ${other} is level ${level[other]}.` })),
    ...(level[room]! < 7 ? [{ group: ['**/reporters/**'], message: 'Only the command wires reporters.' }] : []),
  ]
  return { files: [`src/${room}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns, paths: level[room]! < 7 ? hosts : [] }] } }
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'import', 'oxc'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['dist', 'node_modules', 'test/fixtures', 'coverage', 'bench/optbench'],
  rules: {
    'typescript/no-explicit-any': 'error',
    'typescript/no-unsafe-function-type': 'error',
    'typescript/consistent-type-imports': 'error',
    'no-console': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'no-underscore-dangle': 'off',
    'no-shadow': 'off',
    'no-await-in-loop': 'off',
    'no-control-regex': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/require-post-message-target-origin': 'off', // of windows; ports of threads have none
    'import/no-unassigned-import': 'off',
    'import/no-named-as-default': 'off',
    'import/no-named-as-default-member': 'off',
  },
  overrides: [
    ...rooms.map(layerRule),
    { files: ['reporters/**/*.ts'], rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['**/src/cli/**', '**/src/testing/**'], message: 'Reporters render a finished report.' }] }] } },
    // Tests, benches and contract suites look at whatever they need.
    { files: ['**/*.test.ts', '**/*contract*.ts', 'test/**/*.ts', 'bench/**/*.ts'], rules: { 'no-restricted-imports': 'off' } },
    { files: ['*.config.ts', 'src/vitest/runner.ts', 'test/e2e/installation.ts', 'reporters/trace-eval-reporter.ts'], rules: { 'import/no-default-export': 'off' } },
    // Its default export is what scripts/client-script.ts makes.
    { files: ['reporters/html/page.ts'], rules: { 'import/default': 'off' } },
    { files: ['bench/**', 'scripts/**', 'src/cli/**'], rules: { 'no-console': 'off' } },
  ],
} as Parameters<typeof defineConfig>[0])
