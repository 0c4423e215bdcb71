/** What in a mail speaks for spam or against it: signals, counted in its text. */

/** How the hits of one signal become a strength. */
export type Counting = 'once' | 'each' | 'log'

/** The parts of a mail that are searched. */
export interface Reading {
  /** Content type and mailer, `text/html; name of a program`. */
  readonly head: string
  readonly subject: string
  readonly body: string
}

/** Every signal: what is counted in a text. */
const signals = {
  money: hitsOf(/\$ ?\d|\b(?:free|money|cash|income|earn|profits?|credit|mortgages?|loans?|debts?|dollars?|millions?|invest\w*|insurance|savings?)\b/gi),
  offer: hitsOf(/\b(?:offers?|prices?|discounts?|cheap|lowest|rates|sale|deals?|orders?|buy|purchase|products?|business|bonus|gift|quotes?|trial)\b/gi),
  pressure: hitsOf(/\b(?:now|today|act|hurry|urgent|limited|guarantee\w*|instant\w*|winners?|win|congratulations|amazing|click here|click|risk|simply|never)\b/gi),
  removal: hitsOf(/\b(?:remov(?:e|ed|al)|unsubscribe|opt[- ]?(?:in|out)|no longer wish|mailing list|this (?:e-?mail|message) (?:was|is) sent)\b/gi),
  stranger: hitsOf(/\b(?:dear|sir|madam|friend|homeowners?|your|yours|you)\b/gi),
  exclamation: hitsOf(/!/g),
  shouting: hitsOf(/\b[A-Z]{4,}\b/g),
  links: hitsOf(/https?:\/\/|\bwww\./gi),
  numericLinks: hitsOf(/https?:\/\/\d+\.\d+\.|%[0-9a-f]{2}/gi),
  news: hitsOf(/\b(?:newsletters?|headlines?|issue|vol(?:ume)?|edition|report|update|(?:jan|febr)uary|march|april|june|july|august|(?:sept|nov|dec)ember|october|(?:mon|tues|wednes|thurs|fri)day)\b/gi),
  markup: hitsOf(/^text\/html;/),
  talk: hitsOf(/\b(?:wrote|thanks|i think|i'm|i've|i'd|don't|doesn't|actually|anyway|btw|cheers|yes|maybe|said)\b/gi),
  technical: hitsOf(/\b(?:linux|perl|kernel|server|code|patch|bugs?|cvs|rpm|packages?|install\w*|config\w*|files?|python|java|version|lists?\.|article|news)\b/gi),
  quoting: hitsOf(/^>|^on .{10,60}$|\bwrote:|\b(?:re|fwd?):/gim),
} as const

export type Signal = keyof typeof signals

/** How often each signal occurs, by signal; those that do not occur are left out. */
export function countSignals(text: string): Partial<Record<Signal, number>> {
  const found: Partial<Record<Signal, number>> = {}
  for (const name of Object.keys(signals) as Signal[]) {
    const hits = signals[name](text)
    if (hits > 0) found[name] = hits
  }
  return found
}

/** The strength of `hits` hits. */
export function strengthOf(hits: number, counting: Counting): number {
  switch (counting) {
    case 'once': return Math.min(1, hits)
    case 'each': return hits
    case 'log': return Math.log2(1 + hits)
  }
}

function hitsOf(pattern: RegExp): (text: string) => number {
  return (text) => text.match(pattern)?.length ?? 0
}
