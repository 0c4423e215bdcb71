/** Recorded answers of models on disk: a file for each request, which people can read and compare. Stage: store. */
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TraceEvalError } from '../core/errors.ts'
import { fromReadableJson, toReadableJson } from './readable-json.ts'
import { writeOnce } from './write-once.ts'

/** What a file holds beside its mark. */
type Recording = Readonly<Record<string, unknown>>

/** A directory of recordings. */
export interface CassetteFiles {
  /**
   * The recording `name`; none where there is none.
   *
   * @throws {TraceEvalError} `CASSETTE_FILE` for a file that is no recording.
   */
  find(name: string): Promise<Recording | undefined>
  /** Keeps `recording` as `name`, unless there is one: what is there from then on. Safe with any number of processes. */
  keep(name: string, recording: Recording): Promise<Recording>
  /** Every recording that can be read, with its name. */
  all(): Promise<readonly { readonly name: string; readonly recording: Recording }[]>
}

const MARK = 'trace-eval.cassette.1'
const EXTENSION = '.json'
/** Temporary files that are older than this were left by a crash. */
const STRAY_AFTER_MS = 3_600_000

/** How a directory is laid out. */
export interface CassetteOptions {
  /** Puts files into folders of their first two letters, for very many. @defaultValue false */
  readonly folders?: boolean
}

/** The recordings in `directory`, which is made when the first one is kept. */
export function cassetteFiles(directory: string, { folders = false }: CassetteOptions = {}): CassetteFiles {
  const pathOf = (name: string): string => join(directory, ...(folders ? [name.slice(0, 2)] : []), `${name}${EXTENSION}`)
  let swept: Promise<void> | undefined
  const find = async (name: string): Promise<Recording | undefined> => {
    const text = await readFile(pathOf(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
      throw unreadable(pathOf(name), error.code ?? 'an error')
    })
    return text === undefined ? undefined : parse(text, pathOf(name))
  }
  return {
    find,
    async keep(name, recording) {
      await (swept ??= sweep(directory))
      const path = pathOf(name)
      if (await writeOnce(path, toReadableJson({ format: MARK, ...recording }))) return recording
      return await find(name) ?? recording
    },
    async all() {
      const files = await readdir(directory, { recursive: folders }).catch(() => [])
      const names = files.map((file) => file.replaceAll('\\', '/').split('/').at(-1)!).filter((file) => file.endsWith(EXTENSION) && !file.startsWith('.'))
      const found = await Promise.all(names.toSorted().map(async (file) => {
        const name = file.slice(0, -EXTENSION.length)
        const recording = await find(name).catch(() => undefined)
        return recording === undefined ? [] : [{ name, recording }]
      }))
      return found.flat()
    },
  }
}

function parse(text: string, path: string): Recording {
  let value: unknown
  try { value = fromReadableJson(text) } catch { throw unreadable(path, 'something that is not JSON') }
  const { format, ...recording } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if (format !== MARK) throw unreadable(path, format === undefined ? 'JSON without a format' : `format ${JSON.stringify(format)}`)
  return recording
}

function unreadable(path: string, received: string): TraceEvalError {
  return new TraceEvalError('CASSETTE_FILE', `expected a recorded answer of format ${JSON.stringify(MARK)}, received ${received}`, { at: path, hint: 'Restore the file, or delete it and record again: npx trace-eval --cassettes record' })
}

/** What a crash left behind. */
async function sweep(directory: string): Promise<void> {
  const files = await readdir(directory, { recursive: true }).catch(() => [])
  for (const file of files.filter((name) => /\.[0-9a-f-]{36}\.tmp$/.test(name))) {
    const age = await stat(join(directory, file)).then(({ mtimeMs }) => Date.now() - mtimeMs, () => 0)
    if (age > STRAY_AFTER_MS) await rm(join(directory, file), { force: true }).catch(() => undefined)
  }
}
