/** Everything a run has to say, as plain data: computed once, rendered by reporters, written as report.json. Stage: report. */
import type { SourceLocation } from '../core/stack.ts'
import type { Feedback, Leak } from '../feedback/feedback.ts'
import type { GateKind, GateMetric, GateReport, MeasuredScore, VerdictName } from '../gate/verdict.ts'
import type { Reliability } from '../gate/reliability.ts'
import type { BaselineWorkflow } from '../store/baseline-file.ts'
import type { ParameterKind } from '../graph/domain.ts'

export type { BaselineWorkflow, Reliability }
export type { GateKind, GateMetric, GateReport, MeasuredScore, VerdictName }

/** One run of the command, or of Vitest with the plugin. Written to `.vitest/trace-eval/report.json`. */
export interface RunReport {
  /** Grows when a field changes its meaning or goes away. */
  readonly schemaVersion: 1
  /** ISO 8601. */
  readonly startedAt: string
  readonly durationMs: number
  readonly seed: string
  /** What the command exits with. */
  readonly exitCode: number
  readonly workflows: readonly WorkflowReport[]
  /** Problems that belong to no workflow: a file that failed to import, a file without a workflow. */
  readonly problems: readonly Problem[]
  /** What it ran with, as far as that is known. */
  readonly environment?: RunEnvironment
}

/** What a run ran with, so that it can be repeated and compared. */
export interface RunEnvironment {
  /** By name: trace-eval, vitest, node. */
  readonly versions?: Readonly<Record<string, string>>
  /** Of the repository that the root lies in. */
  readonly commit?: string
  readonly branch?: string
  /** Whether it had changes that were not committed. */
  readonly dirty?: boolean
  /** `linux x64`. */
  readonly platform?: string
  /** Where a machine ran it: an address of the job, or the name of the service. */
  readonly ci?: string
}

/** Something a user has to know, with what to do about it. */
export interface Problem {
  /** Stable code, as of errors. */
  readonly code: string
  readonly message: string
  readonly level: 'error' | 'warning' | 'note'
  readonly location?: SourceLocation
}

export interface WorkflowReport {
  readonly name: string
  /** Relative to the project's root. */
  readonly file: string
  /** Of its `describeWorkflow`. */
  readonly location?: SourceLocation
  readonly verdict: VerdictName
  /** How the gate's rule for inconclusive results resolved the verdict. */
  readonly passed: boolean
  /** One line with the numbers behind the verdict. */
  readonly reason: string
  /** Each rule of the gate with its own verdict and numbers; empty where the run was not gated. */
  readonly gates: readonly GateReport[]
  /** The score the gate asks for; none: every case must pass, or other rules stand in its place. */
  readonly threshold?: number
  readonly confidence: number
  readonly cases: { readonly total: number; readonly learn: number; readonly heldOut: number }
  readonly plan: RunPlan
  /** What the run settled by itself: which parameters, which search, how far candidates run at first. Absent where nothing was optimized. */
  readonly decided?: string
  /** Where several objectives count: candidates that no other one beats in the score and in every objective, the highest score first. */
  readonly front?: readonly FrontReport[]
  /** The starting values on the gated cases. */
  readonly baseline: MeasuredScore
  /** The final values on the gated cases. */
  readonly final: MeasuredScore
  /** The starting and the final values on the cases to learn from; equal to the above where nothing is held out. */
  readonly learn: { readonly baseline: number; readonly final: number }
  readonly rounds: readonly RoundReport[]
  /** Calls of models by the optimizer, in order; absent where no model took part. */
  readonly steps?: readonly StepReport[]
  /** Of the gated cases, where they ran several times. */
  readonly trials?: TrialsReport
  /** What `accept --baseline` writes; there where a gate compares with a baseline file. */
  readonly forBaseline?: BaselineScores
  readonly stopReason: StopReason
  /** Whether the values that won the rounds were also better on held-out cases. False: the starting values stay. */
  readonly adopted: boolean
  /** The values that won the rounds and were not adopted, with both scores on held-out cases. */
  readonly rejected?: RejectedReport
  readonly parameters: readonly ParameterReport[]
  readonly caseResults: readonly CaseReport[]
  /** Per named check and per assertion (matcher and place), before and after. */
  readonly checks: readonly PartReport[]
  readonly leaks: readonly Leak[]
  readonly problems: readonly Problem[]
  readonly usage: Usage
  readonly durationMs: number
}

/** How far one can rely on a pass: pass@k and pass^k with the starting and the final values. */
export interface TrialsReport {
  readonly k: number
  readonly before?: Reliability
  readonly after?: Reliability
}

/** Scores of all cases with the final values, and the file for them, relative to the root. */
export type BaselineScores = { readonly file: string } & Pick<BaselineWorkflow, 'passes' | 'fingerprint' | 'cases'>

/** What was planned before anything ran. */
export interface RunPlan {
  readonly rounds: number
  readonly maxEvaluations: number
  readonly maxDurationMs?: number
  readonly concurrency: number
  readonly trials: number
  readonly optimizer: string
  /** From whom rounds go on, and who stays. */
  readonly strategy?: string
  /** Of this workflow: the command's, else its own. */
  readonly seed?: string
  /** False: `--no-optimize`, a partial run, or nothing to optimize. */
  readonly optimizes: boolean
}

export type StopReason =
  | 'perfect' | 'patience' | 'rounds' | 'evaluations' | 'budget' | 'time' | 'no-candidates' | 'no-parameters' | 'interrupted' | 'not-optimized' | 'error'

export interface RoundReport {
  /** From 1. */
  readonly round: number
  /** Score of the best values on the cases to learn from, before and after this round. */
  readonly before: number
  readonly after: number
  readonly kept: boolean
  /** Why it was kept or not, as one clause. */
  readonly reason: string
  /** Candidates looked at. */
  readonly candidates: number
  /** Case runs spent. */
  readonly evaluations: number
  /** What the kept candidate changed; of a round that kept none, empty. */
  readonly changes: readonly { readonly parameter: string; readonly from: unknown; readonly to: unknown }[]
  /** The parameters that failing cases depended on, the most suspect first, at most 12. */
  readonly blame?: readonly BlameReport[]
}

/** Why a round looked at a parameter. */
export interface BlameReport {
  readonly parameter: string
  /** Suspiciousness, 0 to 1. */
  readonly score: number
  /** Failing cases that depend on it. */
  readonly cases: number
  /** What failed in these cases, each text with the number of cases it failed in, the most frequent first; at most 6. */
  readonly failures: readonly { readonly text: string; readonly cases: number }[]
}

/** One call of a model by the optimizer. Keys and tokens are taken out of all its texts. */
export interface StepReport {
  readonly round: number
  /** The optimizer that asked. */
  readonly optimizer: string
  readonly purpose: 'propose' | 'criticise' | 'select' | 'repair' | 'summarise'
  readonly model: string
  /** What was sent; a long text is cut, with the number of characters that are missing. */
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  /** What came back; null when nothing did. */
  readonly answer: string | null
  /** Why nothing came back, or why nothing of it could be used. */
  readonly problem?: string
  readonly edits: readonly EditReport[]
  /** Null where the server did not tell. */
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly durationMs: number
}

/** One change that an answer asked for, and what became of it. */
export interface EditReport {
  readonly parameter: string
  /** Null for a parameter that there is not. Long texts are cut. */
  readonly from: unknown
  readonly to: unknown
  readonly state: 'kept' | 'not-better' | 'refused' | 'not-tried'
  /** Why, as one clause. */
  readonly reason: string
  /** What a reader should know of it: that it copies the text of a case. */
  readonly notes: readonly string[]
}

/** One candidate of the front, on the cases to learn from. */
export interface FrontReport {
  readonly score: number
  /** By objective: `promptLength` in thousands of characters, `latency` in seconds, `cost` in US cents. */
  readonly costs: Readonly<Record<string, number>>
  /** Against the starting values. */
  readonly changes: readonly { readonly parameter: string; readonly from: unknown; readonly to: unknown }[]
}

/** What won the rounds and did not hold on held-out cases. */
export interface RejectedReport {
  readonly heldOutScore: number
  readonly heldOutStart: number
  readonly changes: readonly { readonly parameter: string; readonly from: unknown; readonly to: unknown }[]
}

export interface ParameterReport {
  readonly name: string
  readonly kind: ParameterKind
  readonly description?: string
  /** Of code: the function's name and the declarations of the types that it uses. */
  readonly code?: { readonly function: string; readonly types?: string }
  readonly location?: SourceLocation
  /** The value the run started with and the one it ended with. */
  readonly from: unknown
  readonly to: unknown
  readonly changed: boolean
  /** What JSON or a report cannot hold of the final value, so that it cannot be saved: `NaN`, `a Map`, a secret. */
  readonly unsavable?: string
  /** Whether the optimizer could change it. */
  readonly optimized: boolean
  /** Failing cases to learn from that depended on it at the start. */
  readonly blamedCases: number
}

export interface CaseReport {
  readonly id: string
  readonly title: string
  readonly split: 'learn' | 'held-out'
  readonly tags: readonly string[]
  /** Mean over trials; none when it could not be measured. */
  readonly before: number | null
  readonly after: number | null
  readonly change: 'better' | 'worse' | 'same'
  /** What the final run said, the first that matters first; at most 10, long texts cut. */
  readonly feedback: readonly Feedback[]
  /** What the run with the starting values said, in the same form. */
  readonly feedbackBefore: readonly Feedback[]
  /** Of the final values, where the case ran several times: how many trials passed, of those that could be measured. */
  readonly trials?: { readonly passed: number; readonly n: number }
  /** Why it could not be measured with the final values. */
  readonly unscored?: string
  /** Of all its runs with the final values. */
  readonly durationMs: number
}

/** A check or an assertion over all cases that have it. */
export interface PartReport {
  readonly name: string
  readonly kind: 'check' | 'assertion'
  /** Share of runs in which it held, 0 to 1. An assertion that never failed is not listed. */
  readonly before: number
  readonly after: number
  /** Cases that have the check; for an assertion, all cases that were measured. */
  readonly n: number
  /** Cases in which it failed at least once. */
  readonly failedBefore: number
  readonly failedAfter: number
  /** Of an assertion. */
  readonly location?: SourceLocation
  /** The user's own message, where all failures of an assertion have the same. */
  readonly message?: string
}

export interface Usage {
  /** Case runs, repeats included. */
  readonly evaluations: number
  readonly modelCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly costUsd: number | null
  readonly byRole: Readonly<Record<'task' | 'judge' | 'optimizer', RoleUsage>>
}
/** What one role spent. */
export interface RoleUsage {
  /** Requests that were sent, repeats included. */
  readonly modelCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** 0 without a call; null where the price of a model is not known. */
  readonly costUsd: number | null
  /** Answers from a cassette or the cache, which cost nothing and are no calls. Left out where there are none. */
  readonly keptAnswers?: number
  /** Whether tokens that a server did not tell are estimated. Left out where none are. */
  readonly estimated?: boolean
}
