// Builds dist: one file per entry point and a few they share, flat, with types, schemas, and the run bit of the command.
// Bundled, because a worker that loads a hundred small files spends more time on that than on a small eval.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { clientScript } from './client-script.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { dependencies, peerDependencies, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const packages = Object.keys({ ...dependencies, ...peerDependencies })

rmSync(join(root, 'dist'), { recursive: true, force: true })
types()
await code()
schemas()
chmodSync(join(root, 'dist/cli.js'), 0o755)

function types() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')
  const run = (...args) => {
    const { status } = spawnSync(process.execPath, [tsc, ...args], { stdio: 'inherit', cwd: root })
    if (status !== 0) process.exit(status ?? 1)
  }
  run('-p', 'tsconfig.build.json')
  // As a user's compiler reads them: what is left out as internal must not be needed by the rest, where it would be `any` without a word.
  const entries = Object.values(exports).flatMap((entry) => entry.types ?? [])
  run('--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', 'false', '--module', 'nodenext', '--target', 'es2024', '--types', 'node', ...entries)
}

async function code() {
  const bundle = await rolldown({
    cwd: root,
    platform: 'node',
    plugins: [clientScript()],
    external: (id) => id.startsWith('node:') || packages.some((name) => id === name || id.startsWith(`${name}/`)),
    input: {
      index: 'src/index.ts', bundles: 'src/bundles.ts', modules: 'src/modules.ts', vitest: 'src/vitest/index.ts', config: 'src/vitest/config.ts', runner: 'src/vitest/runner.ts',
      operators: 'src/operators.ts', optimizers: 'src/optimizers.ts', code: 'src/code.ts', llm: 'src/llm.ts', judges: 'src/judges.ts', graphs: 'src/graphs.ts', stats: 'src/stats.ts',
      reporters: 'reporters/index.ts', reporter: 'reporters/trace-eval-reporter.ts', testing: 'src/testing/index.ts', 'code-worker': 'src/code/worker.ts', cli: 'src/cli/main.ts',
    },
  })
  await bundle.write({
    dir: join(root, 'dist'), format: 'esm', sourcemap: true, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js',
    // The docs are in the types; engines read all of the rest.
    comments: { legal: true, annotation: true, jsdoc: false },
    // Few files, cut where somebody needs only a part: production the graph, the main process the report, a worker all.
    codeSplitting: { groups: [
      { name: 'core', test: /src\/core\// },
      { name: 'graph', test: /src\/graph\/(?!operators\/)/ },
      { name: 'report', test: /src\/(?:stats|store|gate|report)\// },
      { name: 'train', test: /src\/(?:feedback|backward|train|judge\/judge-output)/ },
      { name: 'protocol', test: /src\/(?:vitest\/(?:protocol|option-names|span-file)|llm\/recordings\/cassette-mode)\.ts$/ },
      { name: 'models', test: /src\/llm\/(?:run-models|model-from-env|roles|spending\/budget|calls\/call-error)\.ts$/ },
      { name: 'plugin', test: /src\/vitest\/config\.ts$/ },
      { name: 'terminal', test: /reporters\/(?:trace-eval-reporter|terminal|explain|module-problems)\.ts$/ },
      { name: 'run', test: /src\/cli\/(?:run|run-reporter|vitest-arguments)\.ts$/ },
    ] },
  })
  await bundle.close()
}

function schemas() {
  mkdirSync(join(root, 'dist/schemas'), { recursive: true })
  for (const folder of ['src/graph', 'src/optimize', 'src/report', 'src/store']) {
    for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.schema.json'))) cpSync(join(root, folder, file), join(root, 'dist/schemas', file))
  }
}
