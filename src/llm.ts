/** What `trace-eval/llm` exports: models behind one interface, and calls that can be trusted. Stage: llm. */
export { callModel, type CallPolicy, type CallWorld } from './llm/call-model.ts'
export { meter, type MeteredModel, type ModelBudget, type ModelSpend } from './llm/meter.ts'
export { messageText } from './llm/message-text.ts'
export type { ContentPart, JsonSchema, Model, ModelMessage, ModelReply, ModelRequest, ModelRole, ResponseFormat, ToolCall, ToolChoice, ToolSpec } from './llm/model.ts'
export { modelFromEnv, type ModelEnv } from './llm/model-from-env.ts'
export { openaiModel, type OpenAiApi, type OpenAiClient, type OpenAiModelOptions } from './llm/openai-model.ts'
export type { Pacer, PacerLimits, Turn, TurnEnd, TurnRequest } from './llm/pacer.ts'
