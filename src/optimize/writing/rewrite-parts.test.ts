import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rewriteParts, withoutSentences } from './rewrite-parts.ts'

describe('parts of a rewrite', () => {
  test('what it left out is put back where it stood, in lines as in sentences', () => {
    expect(rewriteParts('Be kind. Be brief. Cite it.', 'Be kind. Cite it. Name the next step.')).toMatchObject({ restored: 'Be kind. Be brief. Cite it. Name the next step.', without: [] })
    expect(rewriteParts('# Rules\n- be kind\n- be brief\n', '# Rules\n- be brief\n- cite it\n').restored).toBe('# Rules\n- be kind\n- be brief\n- cite it')
  })
  test('several additions are left out one at a time, what was lost put back', () => {
    expect(rewriteParts('Be kind. Be brief.', 'Be kind. A. B.')).toMatchObject({ restored: 'Be kind. Be brief. A. B.', without: ['Be kind. Be brief. B.', 'Be kind. Be brief. A.'] })
  })
  test('one addition and nothing lost has no parts; nor has a text that was written anew, or one that only became shorter', () => {
    const partsOf = (before: string, after: string): unknown[] => { const { restored, without } = rewriteParts(before, after); return [restored, ...without] }
    expect(partsOf('Be kind.', 'Be kind. Be brief.')).toEqual([undefined])
    expect(partsOf('Be kind. Be brief. Cite it.', 'Answer as a lawyer would. Cite it.')).toEqual([undefined])
    expect(partsOf('Be kind. Be brief.', 'Be kind.')).toEqual([undefined])
    expect(partsOf('', 'Be kind.')).toEqual([undefined])
  })
  test('any of the additions can be left out, what was lost put back', () => {
    const { additions, except } = rewriteParts('Be kind. Be brief.', 'Be kind. A. B. C.')
    expect(additions).toEqual(['A.', 'B.', 'C.'])
    expect(except(new Set(['A.', 'C.']))).toBe('Be kind. Be brief. B.')
  })
  test('sentences and lines are taken out of a text, and a text without them stays as it is', () => {
    expect(withoutSentences('Be kind. Cite it. Be brief.', new Set(['Cite it.']))).toBe('Be kind. Be brief.')
    expect(withoutSentences('# Rules\n- cite it\n- be brief', new Set(['- cite it']))).toBe('# Rules\n- be brief')
    expect(withoutSentences('Be  kind. \n', new Set(['Cite it.']))).toBe('Be  kind. \n')
  })
  test('every part holds sentences of both texts only: restored all of them, the others all but one addition', () => {
    const sentence = fc.constantFrom('A.', 'B.', 'C.', 'D.', 'E.', 'F.')
    const text = fc.uniqueArray(sentence, { minLength: 1 }).map((parts) => parts.join(' '))
    fc.assert(fc.property(text, text, (before, after) => {
      const [old, now] = [before.split(' '), after.split(' ')]
      const all = new Set([...old, ...now])
      const { restored, without } = rewriteParts(before, after)
      const sorted = (sentences: Iterable<string>): string[] => [...sentences].toSorted()
      if (restored !== undefined) expect(sorted(restored.split(' '))).toEqual(sorted(all))
      for (const part of without) {
        const left = [...all].filter((one) => !part.split(' ').includes(one))
        expect(part.split(' ')).toHaveLength(all.size - 1)
        expect(now.filter((one) => !old.includes(one))).toContain(left[0])
      }
    }))
  })
})
