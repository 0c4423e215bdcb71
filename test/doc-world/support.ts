export const support = async (ticket: string): Promise<{ team: string; reply: string }> => ({ team: 'billing', reply: ticket })
