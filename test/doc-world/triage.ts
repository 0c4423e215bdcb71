export const triage = async (ticket: string): Promise<string> => ticket
