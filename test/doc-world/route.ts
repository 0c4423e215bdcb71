import { parameter } from 'trace-eval'

export const instructions = parameter('instructions', 'Route the ticket to a team.')
export const route = async (ticket: string): Promise<string> => `${instructions.value} ${ticket}`
