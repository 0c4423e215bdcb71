/** How far the recognition of crawlers is optimized, and what it must reach: for the eval and for its benchmark. */
export const settings = { threshold: 0.85, rounds: 30, patience: 8, maxCandidates: 12, maxEvaluations: 30_000 } as const
