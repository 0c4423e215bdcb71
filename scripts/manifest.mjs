// What `npm pack` puts into the tarball as package.json: without scripts and devDependencies, which are of the checkout alone. With `prepare` in
// it npm would warn everyone who installs a tarball about a script to approve. `strip` before packing, `restore` after it.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const manifest = join(import.meta.dirname, '../package.json')
const kept = `${manifest}.unpacked`

const commands = {
  strip() {
    const text = readFileSync(manifest, 'utf8')
    const { scripts, devDependencies: _, ...published } = JSON.parse(text)
    if (scripts === undefined) return // a pack that was cut short left it so; what it kept is restored after this one
    writeFileSync(kept, text)
    writeFileSync(manifest, `${JSON.stringify(published, null, 2)}\n`)
  },
  restore() {
    if (existsSync(kept)) renameSync(kept, manifest)
  },
}

commands[process.argv[2]]()
