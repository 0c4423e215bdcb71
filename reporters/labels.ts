/** What a verdict is called, the same wherever it is shown. Stage: reporters. */
import type { WorkflowReport } from '../src/report/run-report.ts'

/** What a verdict is called, and which of three looks it has. */
export function labelOf({ verdict, passed, stopReason }: Pick<WorkflowReport, 'verdict' | 'passed' | 'stopReason'>): { readonly word: string; readonly look: 'good' | 'bad' | 'warn' } {
  if (verdict === 'error') return stopReason === 'interrupted' ? { word: 'STOPPED', look: 'warn' } : { word: 'ERROR', look: 'bad' }
  if (verdict === 'ungated' || verdict === 'partial') return { word: verdict.toUpperCase(), look: 'warn' }
  if (!passed) return { word: 'FAIL', look: 'bad' }
  return { word: 'PASS', look: verdict === 'inconclusive' ? 'warn' : 'good' }
}
