/** Foreign text in Markdown stays text. Stage: reporters. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { code, fence, plain } from './markdown.ts'

const marks = fc.string({ unit: fc.constantFrom('`', '``', '|', '\\', '<', '&', '@', '#', '*', '_', '~', '[', ']', '(', '!', 'a', '1', ' ', '://', 'www.', 'GH-', '-', '+', '.', '$', '\n', '<!--', 'é'), maxLength: 20 })

describe('plain words', () => {
  const read = (text: string): string => text.replaceAll('\u200b', '').replace(/\\([!-/:-@[-`{-~])/g, '$1').replace(/&(amp|lt|gt);/g, (_, name: 'amp' | 'lt' | 'gt') => ({ amp: '&', lt: '<', gt: '>' })[name])

  test('say what the text says', () => {
    fc.assert(fc.property(marks, (text) => {
      expect(read(plain(text))).toBe(text.trim().replace(/\s*\n\s*/g, ' '))
    }), { numRuns: 500 })
  })

  test('hold no mark that acts', () => {
    fc.assert(fc.property(marks, (text) => {
      const shown = plain(text)
      expect(shown).not.toMatch(/[<>\n]|&(?!(?:amp|lt|gt);)/)
      expect(shown.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[`*_{}[\]()+.!|~$-]/)
      expect(shown.replace(/\\([!-/:-@[-`{-~])/g, '$1')).not.toMatch(/[@#](?!\u200b)|GH-\d|:\/\/|www\./i)
    }), { numRuns: 500 })
  })

  test('mention nobody, link nothing, and show hidden characters', () => {
    expect(plain('ask @octocat about #12 at https://evil.example <img src=x> \u202ea\u001b[31m')).toBe(
      'ask @\u200boctocat about \\#\u200b12 at https:\u200b//evil\\.example &lt;img src=x&gt; \\\\u202ea\\\\x1b\\[31m')
  })
})

describe('code in a line', () => {
  test('ends where the text ends, in a table too', () => {
    fc.assert(fc.property(marks.filter((text) => text.trim() !== ''), (text) => {
      const shown = code(text)
      const [, ticks, inside] = /^(`+) ?([^]*?) ?\1$/.exec(shown)!
      expect(shown).not.toMatch(/[|\n]/)
      // The run that ends it occurs nowhere inside.
      expect(Array.from(inside!.matchAll(/`+/g), ([run]) => run)).not.toContain(ticks)
    }), { numRuns: 500 })
  })
})

describe('a block of code', () => {
  test('ends behind its last line, whatever the lines hold', () => {
    fc.assert(fc.property(fc.array(marks, { maxLength: 6 }), (lines) => {
      const [open, ...rest] = fence(lines, 'diff').split('\n')
      const ticks = /^`+/.exec(open!)![0]
      expect(rest.findIndex((line) => new RegExp(`^ {0,3}\`{${ticks.length},}\\s*$`).test(line))).toBe(lines.length)
      expect(rest).toHaveLength(lines.length + 1)
    }), { numRuns: 500 })
  })
})
