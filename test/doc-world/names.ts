/** Names that examples leave out, with the types that their words give them. Stage: test. */
import OpenAI from 'openai'
import { parameter, type Node, type SavedParameters } from 'trace-eval'
import { rubric, type LabelledOutput, type Scored, type Scorer } from 'trace-eval/judges'
import { traced } from 'trace-eval/llm'
import type { Optimizer } from 'trace-eval/optimizers'
import type { WorkflowApi } from 'trace-eval/vitest'
import type { blameParameters } from '../../src/backward/blame.ts'
import type { train } from '../../src/train/train.ts'

export { readFile, writeFile } from 'node:fs/promises'
export { expect, test } from 'vitest'
export { z } from 'zod'
export { resolvePlan } from '../../src/train/defaults.ts'
export { route } from './route.ts'
export { triage } from './triage.ts'
export { OpenAI }

export interface Reply { team: string; confidence: number }

export declare const it: WorkflowApi<[question: string], string>
export declare const defineCases: (it: WorkflowApi<[ticket: string], Promise<string>>) => void
export declare const tickets: readonly { readonly id: string; readonly input: string; readonly expected: string; readonly customer: string; readonly products: readonly string[] }[]
export declare const workflow: (question: string) => Node<string>
export declare const team: string
export declare const ticket: string
export declare const messages: OpenAI.Chat.ChatCompletionMessageParam[]
export declare const labelled: readonly LabelledOutput[]
export declare const hillClimb: () => Optimizer
export declare const saved: SavedParameters
export declare const scores: readonly number[]
export declare const cases: readonly { readonly id: string }[]
export declare const sixtyCases: typeof cases
export declare const runs: Parameters<typeof blameParameters>[0]
export declare const runCase: Parameters<typeof train>[2]['runCase']
export declare const reply: string
export declare const signal: AbortSignal
export declare const router: { readonly instructions: typeof instructions }
export const instructions = parameter('instructions', 'Route the ticket to a team.')
export const tone = parameter('tone', 'kind')
export const model = parameter('model', 'small', { choices: ['small', 'large'] })
export const openai = traced(new OpenAI())
export const polite: Scorer<unknown, Promise<Scored>> = rubric('The reply is polite.')
