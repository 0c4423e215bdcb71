/** Values of our flags. Stage: cli. */
import { expect, test } from 'vitest'
import { flagValue, missingValue, runFlags, type OwnFlag, type RunFlagName } from './own-flags.ts'

const read = (name: RunFlagName, text: string): unknown => {
  try { return flagValue(name, runFlags[name], text) } catch (error) { return (error as Error).message }
}

test.for([
  ['rounds', '0', 0],
  ['rounds', '12', 12],
  ['rounds', '-1', 'expected a whole number from 0 up, received "-1", at --rounds'],
  ['rounds', '2.5', 'expected a whole number from 0 up, received "2.5", at --rounds'],
  ['rounds', 'ten', 'expected a whole number from 0 up, received "ten", at --rounds'],
  ['rounds', '', 'expected a whole number from 0 up, received "", at --rounds'],
  ['rounds', ' ', 'expected a whole number from 0 up, received " ", at --rounds'],
  ['rounds', '1e400', 'expected a whole number from 0 up, received "1e400", at --rounds'],
  ['threshold', '0', 0],
  ['threshold', '0.9', 0.9],
  ['threshold', '1', 1],
  ['threshold', '1.01', 'expected a number from 0 to 1, received "1.01", at --threshold\n  Write 0.0101 for 1.01 %.'],
  ['threshold', '90%', 'expected a number from 0 to 1, received "90%", at --threshold\n  Write 0.9 for 90 %.'],
  ['threshold', '80', 'expected a number from 0 to 1, received "80", at --threshold\n  Write 0.8 for 80 %.'],
  ['threshold', '82.5', 'expected a number from 0 to 1, received "82.5", at --threshold\n  Write 0.825 for 82.5 %.'],
  ['threshold', '800', 'expected a number from 0 to 1, received "800", at --threshold'],
  ['min-improvement', '5', 'expected a number from 0 to 1, received "5", at --min-improvement\n  Write 0.05 for 5 points of 100.'],
  ['max-unscored', '2%', 'expected a number from 0 to 1, received "2%", at --max-unscored\n  Write 0.02 for 2 %.'],
  ['confidence', '99', 'expected a number above 0.5 and below 1, received "99", at --confidence\n  Write 0.99 for 99 %.'],
  ['confidence', '40', 'expected a number above 0.5 and below 1, received "40", at --confidence'],
  ['rounds', '2.5%', 'expected a whole number from 0 up, received "2.5%", at --rounds'],
  ['threshold', 'NaN', 'expected a number from 0 to 1, received "NaN", at --threshold'],
  ['concurrency', '0', 'expected a whole number from 1 up, received "0", at --concurrency'],
  ['trials', '3', 3],
  ['max-time', '30s', 30_000],
  ['max-time', '5m', 300_000],
  ['max-time', '1.5h', 5_400_000],
  ['max-time', '250ms', 250],
  ['max-time', '30', 'expected a duration such as 30s, 5m or 1h, received "30", at --max-time'],
  ['max-time', '0s', 'expected a duration such as 30s, 5m or 1h, received "0s", at --max-time'],
  ['max-time', '-5m', 'expected a duration such as 30s, 5m or 1h, received "-5m", at --max-time'],
  ['seed', '7', '7'],
  ['seed', '', 'expected a value, received "", at --seed'],
  ['optimizer', 'tpe', 'tpe'],
  ['json', '', 'expected a file name, received "", at --json'],
  ['no-optimize', 'true', 'expected no value, received "true", at --no-optimize'],
] as const)('--%s takes %j as %j', ([name, text, expected]) => {
  expect(read(name, text)).toBe(expected)
})

test.for([
  ['rounds', 'expected a whole number from 0 up, received nothing, at --rounds'],
  ['threshold', 'expected a number from 0 to 1, received nothing, at --threshold'],
  ['max-time', 'expected a duration such as 30s, 5m or 1h, received nothing, at --max-time'],
  ['seed', 'expected a value, received nothing, at --seed'],
] as const)('--%s without a value says what it needs', ([name, message]) => {
  expect(() => missingValue(name, runFlags[name] as OwnFlag)).toThrow(message)
})
