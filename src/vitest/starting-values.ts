/** The values that a workflow starts from: saved ones, and those that a watch found. Stage: vitest. */
import { relativeFile } from '../report/report-text.ts'
import { paramsPath, readParamsFile, savedValues } from '../store/params-file.ts'
import { sessionKey, type RunSettings } from './protocol.ts'

/** By parameter name; `ignored` gives the saved ones where something else stands above them. */
export async function startingValues(evalFile: string, workflow: string, settings: RunSettings): Promise<{ readonly saved: Record<string, unknown>; readonly ignored?: () => Promise<Record<string, unknown>> }> {
  const { root, session, ignoreSaved = false } = settings
  const ofFile = async (): Promise<Record<string, unknown>> => savedValues(await readParamsFile(paramsPath(evalFile)), workflow)
  // Values of a watch that nobody saved yet.
  const found = session?.[sessionKey(relativeFile(evalFile, root), workflow)]
  return { saved: { ...ignoreSaved ? {} : await ofFile(), ...found }, ...((ignoreSaved || found !== undefined) && { ignored: ofFile }) }
}
