/** Packages that examples name and this one does not install. Stage: test. */
declare module '@ai-sdk/anthropic' {
  import type { LanguageModelV3 } from '@ai-sdk/provider'
  export function createAnthropic(): (model: string) => LanguageModelV3
}
