interface Reply { team: string; confidence: number }
export function pick(reply: Reply, least: number): string { return reply.confidence < least ? 'human' : reply.team }
