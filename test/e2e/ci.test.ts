/** The commands of docs/ci.md, run as a pipeline would run them. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { vitestLines, type VitestLine } from './installation.ts'
import { project, thresholdRows, thresholdWorkflow } from './project.ts'

const evalFile = (name: string, threshold: number): string => `
import { expect } from 'vitest'
import { describeWorkflow } from 'trace-eval/vitest'
import { triage } from './triage.ts'
${thresholdRows}
describeWorkflow('${name}', { workflow: triage, threshold: ${threshold} }, (it) => {
  it.for(rows)('$id', async ({ input, expected }, { run }) => { expect(await run(input)).toBe(expected) })
})
`
const [, block] = /```yaml\n([^]*?)\n```/.exec(readFileSync(join(import.meta.dirname, '../../docs/ci.md'), 'utf8'))!
const { jobs } = parse(block!) as { jobs: Record<string, { steps: { name?: string; run?: string }[] }> }
const commandOf = (job: string, step: string): string => jobs[job]!.steps.find(({ name }) => name === step)!.run!
const argsOf = (command: string): string[] => command.replace(/^npx trace-eval /, '').split(' ')

describe.each(Object.keys(vitestLines) as VitestLine[])('Vitest %s', (line) => {
  test('three shards and a merge give one verdict, one JUnit file, one page, one summary', async () => {
    const app = project(line, { 'triage.ts': thresholdWorkflow, 'a.eval.ts': evalFile('a', 0.2), 'b.eval.ts': evalFile('b', 0.99) })
    const github = { GITHUB_ACTIONS: 'true', CI: 'true', GITHUB_WORKSPACE: app.directory, GITHUB_STEP_SUMMARY: app.path('summary.md') }
    for (const shard of ['1', '2', '3']) {
      const args = argsOf(commandOf('evals', 'Measure').replaceAll('${{ matrix.shard }}', shard).replace('$CASSETTES', 'replay'))
      await app.start('trace-eval', args, github).finished
      expect(existsSync(app.path(`.vitest/blob/blob-${shard}-3.json`))).toBe(true)
    }
    expect(existsSync(app.path('summary.md'))).toBe(false)

    const merged = await app.start('trace-eval', argsOf(commandOf('verdict', 'Verdict')), github).finished
    expect(merged.code, merged.all).toBe(1)
    expect(app.report().workflows.map(({ name, passed }) => [name, passed])).toEqual([['a', true], ['b', false]])
    expect(merged.stdout).toMatch(/^::error file=b\.eval\.ts,line=\d+,col=\d+,title=FAIL b::/m)
    expect(merged.stdout.match(/^::error /gm)).toHaveLength(1)
    expect(app.read('summary.md')).toContain('**FAIL** 1 of 2 workflows')
    expect(app.read('.vitest/trace-eval/comment.md')).toContain('<!-- trace-eval:comment -->')
    expect(app.read('.vitest/trace-eval/report.html')).toContain('class="trace-eval-graph"')
    expect(app.read('.vitest/junit.xml').match(/<failure message="b: fail/g)).toHaveLength(1)

    rmSync(app.path('.vitest/blob/blob-2-3.json'))
    const partial = await app.start('trace-eval', argsOf(commandOf('verdict', 'Verdict')), github).finished
    expect(partial.code).toBe(4)
    expect(partial.stderr).toContain('error SHARD_MISSING: expected blobs of 3 shards, received 2: missing 2 of 3, at .vitest/blob')
  })
})
