/** Optimizers and strategies named on the command line. Stage: cli. */
import { expect, test } from 'vitest'
import { refuseUnknownNames } from './known-names.ts'

test('names that exist, and programs, pass', async () => {
  await refuseUnknownNames({ optimizer: 'tpe', strategy: 'beam', seed: 'x' })
  await refuseUnknownNames({ optimizer: 'command:python3 optimizer.py' })
  await refuseUnknownNames({ optimizer: 'process:python3 optimizer.py' })
  await refuseUnknownNames({})
})

test('a slip is refused with the flag and the nearest name', async () => {
  await expect(refuseUnknownNames({ optimizer: 'serch' })).rejects.toThrow(/^expected an optimizer \(search, .*\), received "serch", at --optimizer\n  Did you mean `search`\?$/)
  await expect(refuseUnknownNames({ strategy: 'beem' })).rejects.toThrow(/^expected a search strategy \(auto, .*\), received "beem", at --strategy\n  Did you mean `beam`\?$/)
})
