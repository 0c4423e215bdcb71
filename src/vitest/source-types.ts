/** The types that a function needs, as text, also those of other files. Stage: vitest. */
import { nameOf, visit, type Module, type ReadModule, type Syntax } from './source-module.ts'

/** The declarations of the types that `fn` uses, and of those they use, also from files that are imported: the file's own last, each file in its order. */
export async function typesOf(fn: Syntax, own: Module, read: ReadModule): Promise<string> {
  const used = new Map<Module, Set<Syntax>>([[own, new Set()]])
  const open: [Syntax, Module][] = [[fn, own]]
  for (const [from, module] of open) {
    for (const name of typeNamesIn(from)) {
      const home = module.types.has(name) ? module : await importedHome(name, module, read)
      const declared = home?.types.get(name)
      // Two types of one name cannot stand beside each other.
      if (home === undefined || declared === undefined || [...used].some(([other, known]) => other !== home && [...known].some(({ id }) => nameOf(id) === name))) continue
      const known = used.get(home) ?? new Set()
      if (known.has(declared)) continue
      used.set(home, known.add(declared))
      open.push([declared, home])
    }
  }
  return [...used].toReversed().flatMap(([{ code }, declared]) => [...declared].toSorted((a, b) => a.start - b.start).map(({ start, end }) => code.slice(start, end))).join('\n')
}

/** The file that declares a type imported under its own name. */
async function importedHome(name: string, module: Module, read: ReadModule): Promise<Module | undefined> {
  const imported = module.imports.get(name)
  return imported?.name === name ? read(imported.from, module) : undefined
}

function typeNamesIn(from: Syntax): string[] {
  const names: string[] = []
  visit(from, (found) => { if (found.type === 'TSTypeReference' || found.type === 'TSInterfaceHeritage') names.push(nameOf(found['typeName'] ?? found['expression'])) })
  return names
}
