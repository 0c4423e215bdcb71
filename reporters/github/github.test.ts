/** What a job of GitHub Actions gets of a run. Stage: reporters. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RunReport, WorkflowReport } from '../../src/report/run-report.ts'
import { hostile } from '../hostile.ts'
import { aFailure, aFirstRun, aGain, sampleRuns } from '../sample-reports.ts'
import { renderAnnotations } from './annotations.ts'
import { COMMENT_MARKER, renderComment, renderSummary } from './summary.ts'
import { writeGithub } from './write-github.ts'

const runOf = (...workflows: WorkflowReport[]): RunReport => ({ ...sampleRuns['a gain']!, workflows })
const roots = { root: '/repo/packages/app', workspace: '/repo' }

describe('the summary', () => {
  test.each(Object.keys(sampleRuns))('of %s looks like its file', async (title) => {
    await expect(renderSummary(sampleRuns[title]!)).toMatchFileSnapshot(`../__snapshots__/github-${title.replaceAll(' ', '-')}.md`)
  })

  test('begins with the verdict, failures first, then what got worse', () => {
    const text = renderSummary(runOf(aGain, aFailure))
    const places = ['**FAIL** 1 of 2 workflows', '| FAIL | spam |', '| PASS | ticket routing |', '### Got worse (1): ticket routing', '### Fails as before (31): spam', '### Changed: 3 parameters: ticket routing', '### Cost'].map((part) => text.indexOf(part))
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  test('tells of each case what its assertion said, without what the matcher adds of itself', () => {
    const failing = { ...aFailure.caseResults.find(({ change, after }) => change === 'same' && after === 0)!, feedback: [{ kind: 'assertion' as const, soft: false, message: `expected 'a' to be 'b' // Object.is equality` }] }
    expect(renderSummary(runOf({ ...aFailure, caseResults: [failing] }))).toContain(`: expected 'a' to be 'b'\n`)
  })

  test('never grows beyond what GitHub takes, and says what is left out', () => {
    const long = 'an instruction that goes on\n'.repeat(150)
    const parameters = Array.from({ length: 300 }, (_, index) => ({ ...aGain.parameters[0]!, name: `p${index}`, from: long, to: long.replaceAll('goes', `goes ${index} times`) }))
    const run = runOf(...Array.from({ length: 20 }, () => ({ ...aGain, parameters })))
    const [summary, comment] = [renderSummary(run), renderComment(run)]
    expect(Buffer.byteLength(summary)).toBeLessThan(900_000)
    expect(Buffer.byteLength(summary)).toBeGreaterThan(500_000)
    expect(comment.length).toBeLessThan(65_536)
    for (const text of [summary, comment]) expect(text.slice(-105)).toBe('\n\n_Parts of this summary are left out: GitHub takes no longer text\\. All of it stands in report\\.json\\._\n')
  })

  test('lets no text of models and cases act', () => {
    const attack = '</details><script>x</script><!-- trace-eval:comment -->\n> [!TIP]\n```\n~~~\n| a | b |\n@octocat #1 ![x](https://evil.example/x.png) \u202e\u001b[2J'
    for (const text of [renderSummary(hostile(runOf(aGain, aFailure), attack)), renderComment(hostile(runOf(aGain, aFailure), attack))]) {
      const outside = withoutBlocks(text).replace(/\\[!-~]/g, '').replace(/(`+)[^\n]*?\1/g, '')
      expect(outside.replace(/<(?:details|\/details|summary|\/summary|sub|\/sub)>/g, '').replace(COMMENT_MARKER, '')).not.toMatch(/</)
      expect(outside).not.toMatch(/@octocat|#1|\]\(|^~~~|[\u0000-\u0009\u202e]/m) // oxlint-disable-line no-control-regex
      expect(outside.match(/^> \[!/gm)).toHaveLength(1)
      expect(text.match(/<details>/g)?.length ?? 0).toBe(outside.match(/<\/details>/g)?.length ?? 0)
    }
  })

  test('a comment begins with the mark that the next one finds it by', () => {
    expect(renderComment(runOf(aGain)).split('\n')[0]).toBe('<!-- trace-eval:comment -->')
  })
})

/** Markdown without what stands in its blocks of code. */
function withoutBlocks(text: string): string {
  let ticks = ''
  return text.split('\n').filter((line) => {
    const [run = ''] = /^`{3,}/.exec(line) ?? []
    if (ticks === '' && run !== '') { ticks = run; return false }
    if (ticks !== '' && line === ticks) { ticks = ''; return false }
    return ticks === ''
  }).join('\n')
}

describe('annotations', () => {
  test('stand at describeWorkflow, with files as the repository names them', () => {
    expect(renderAnnotations(runOf({ ...aGain, verdict: 'fail', passed: false }), roots)).toEqual([
      '::error file=packages/app/evals/route.eval.ts,line=6,col=1,title=FAIL ticket routing::held out 0.92 (22 of 24, 95 %25 lower bound 0.76), threshold 0.90; not settled: about 870 cases would settle it',
    ])
  })

  test('a verdict that is not settled is a warning, one that passed is none', () => {
    expect(renderAnnotations(runOf(aGain), roots).map((line) => line.slice(0, 10))).toEqual(['::warning '])
    expect(renderAnnotations(runOf({ ...aGain, verdict: 'pass' }), roots)).toEqual([])
  })

  test('are ten of a level at most, the last one saying how many are missing', () => {
    const lines = renderAnnotations(runOf(...Array.from({ length: 25 }, () => aFirstRun), ...Array.from({ length: 12 }, () => aGain)), roots)
    expect(lines.filter((line) => line.startsWith('::error '))).toHaveLength(10)
    expect(lines.filter((line) => line.startsWith('::warning '))).toHaveLength(10)
    expect(lines[9]).toBe('::error title=trace-eval::16 more: the summary of this job and report.json have all of them')
  })

  test('are one command a line, whatever a name or a reason holds', () => {
    const run = hostile(runOf({ ...aFailure, location: { file: 'a.ts', line: 1, column: 1 } }), '\r\n::warning file=x,line=1::y\n##[group]%0A,:')
    for (const line of renderAnnotations(run, roots)) {
      expect(line).not.toMatch(/[\r\n]/)
      expect(line).toMatch(/^::error file=[^:,]*,line=1,col=1,title=[^:,]*::/)
    }
  })
})

describe('a job', () => {
  const folder = async (): Promise<string> => {
    const root = await mkdtemp(join(tmpdir(), 'trace-eval-github-'))
    onTestFinished(() => rm(root, { recursive: true, force: true }))
    return root
  }

  test('gets its summary behind what others wrote, its annotations, and a comment', async () => {
    const root = await folder()
    const file = join(root, 'summary.md')
    await writeFile(file, '# Others\n')
    const written: string[] = []
    expect(await writeGithub(root, runOf(aFailure), { env: { GITHUB_STEP_SUMMARY: file }, write: (text) => written.push(text), annotated: false })).toEqual([])
    expect(await readFile(file, 'utf8')).toBe(`# Others\n\n${renderSummary(runOf(aFailure))}`)
    expect(await readFile(join(root, '.vitest/trace-eval/comment.md'), 'utf8')).toBe(renderComment(runOf(aFailure)))
    expect(written).toEqual([expect.stringMatching(/^::error file=evals\/spam\.eval\.ts,title=FAIL spam::.*\n$/)])
  })

  test('whose summary is nearly full gets what still fits', async () => {
    const root = await folder()
    const file = join(root, 'summary.md')
    await writeFile(file, 'x'.repeat(1_030_000))
    await writeGithub(root, runOf(aGain), { env: { GITHUB_STEP_SUMMARY: file }, write: () => undefined, annotated: true })
    const text = await readFile(file, 'utf8')
    expect(text.length).toBeGreaterThan(1_030_100)
    expect(Buffer.byteLength(text)).toBeLessThan(1_048_576)
  })

  test('whose summary cannot be written is told so', async () => {
    const root = await folder()
    const [problem] = await writeGithub(root, runOf(aGain), { env: { GITHUB_STEP_SUMMARY: join(root, 'no/such/folder.md') }, write: () => undefined, annotated: true })
    expect(problem).toMatchObject({ code: 'GITHUB_OUTPUT', level: 'warning', message: expect.stringContaining('the summary of the step could not be written: ENOENT') })
  })
})
