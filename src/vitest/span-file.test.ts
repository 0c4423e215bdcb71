/** The file of spans that a run leaves. Stage: vitest. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { backward } from '../backward/backward.ts'
import type { CaseRun } from '../feedback/case-run.ts'
import { fromOtlp } from '../graph/otlp.ts'
import { parameter } from '../graph/parameter.ts'
import { t } from '../graph/template.ts'
import { addSpans, beginSpanFile } from './span-file.ts'

const root = mkdtempSync(join(tmpdir(), 'spans-'))
afterEach(() => { vi.unstubAllEnvs(); rmSync(root, { recursive: true, force: true }) })

const tone = parameter('tone', 'Be kind.')
const run = (caseId: string): CaseRun => ({
  caseId, trial: 0, score: 0.5, checks: [], durationMs: 4, failures: 1, feedback: [], trace: { outputs: [t`${tone} Ticket: ${caseId}`], leaks: [] },
} as unknown as CaseRun)

it('has a line for each case run, from which its graph can be read', () => {
  const path = beginSpanFile('out/spans.jsonl', root)
  for (const id of ['a', 'b']) addSpans(path, 'routing', run(id), 1000)
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  for (const line of lines) {
    expect(line).not.toContain('Be kind.')
    expect(backward([...fromOtlp(line).exports.values()], 'wrong').parameters.map(({ parameter: { name } }) => name)).toEqual(['tone'])
  }
  expect(lines[1]).toContain('{"key":"trace_eval.case","value":{"stringValue":"b"}}')
  expect(fromOtlp(readFileSync(path, 'utf8')).exports.size).toBe(2)
})

it('holds content where the variable of OpenTelemetry asks for it, and begins anew with each run', () => {
  vi.stubEnv('OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', 'true')
  const path = beginSpanFile('spans.jsonl', root)
  addSpans(path, 'routing', run('a'), 1000)
  expect(readFileSync(path, 'utf8')).toContain('Be kind. Ticket: a')
  expect(readFileSync(beginSpanFile('spans.jsonl', root), 'utf8')).toBe('')
})

it('is refused before anything runs where it cannot be written', () => {
  writeFileSync(beginSpanFile('file', root), '')
  expect(() => beginSpanFile('file/spans.jsonl', root)).toThrow(/^expected a file that spans can be written to, received (?:EEXIST|ENOTDIR) for .*, at otlp$/)
  expect(() => beginSpanFile('', root)).toThrow('expected a file that spans can be written to, received "", at otlp')
})
