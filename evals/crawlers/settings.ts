/** How far the recognition of crawlers is optimized, and what it must reach: for the eval and for its benchmark. */
export const settings = { threshold: 0.82, rounds: 30, patience: 10, maxCandidates: 12, maxEvaluations: 24_000 } as const
