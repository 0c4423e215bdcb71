/** How answers of models are kept from run to run. Stage: llm. */

/**
 * `off`: every call is sent. `cache`: an answer that is known is not asked for again. `record`: the same, into files that
 * are committed. `replay`: nothing is sent; a request without a recorded answer is an error.
 */
export type CassetteMode = 'off' | 'cache' | 'record' | 'replay'
export const cassetteModes = ['off', 'cache', 'record', 'replay'] as const
