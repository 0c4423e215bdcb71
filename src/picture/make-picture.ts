/** A graph as boxes and arrows. Stage: picture. */
import { isNode, originOf, peek } from '../graph/origin.ts'
import type { Parameter } from '../graph/parameter.ts'
import type { Node } from '../graph/types.ts'
import { cleanText, valueText } from './clean-text.ts'
import { collapse, type Group } from './collapse.ts'
import { resolveOptions, type Drawable, type PictureOptions, type ResolvedOptions } from './options.ts'
import { kindNames, type Box, type BoxFrame, type BoxKind, type BoxLine, type Picture } from './picture.ts'
import { readGraph, type Drawn, type Frame } from './read-graph.ts'

const MAX_NAME = 60
const MAX_DESCRIPTION = 80
const MAX_INPUTS = 4
const MAX_NOTES = 6

/** Throws as `resolveOptions` and `readGraph` do. */
export function makePicture(graph: Drawable, given: PictureOptions): Picture {
  const options = resolveOptions(given)
  const groups = collapse(readGraph(graph, options), options.maxNodes)
  const ids = new Map(groups.map((group, index) => [group, `n${index + 1}`]))
  const frames = framesOf(groups)
  const boxes = groups.map((group) => boxOf(group, { id: ids.get(group)!, frame: group.members[0]!.frame && frames.get(group.members[0]!.frame)!.id }, options))
  const blamed = new Set(boxes.filter((box) => box.blamed).map(({ id }) => id))
  const arrows = groups.flatMap((group) => Array.from(group.sources, (source) => {
    const [from, to] = [ids.get(source)!, ids.get(group)!]
    return { from, to, blamed: blamed.has(from) && blamed.has(to) }
  }))
  const notes = options.notes.flatMap((note) => note.split('\n')).filter((note) => note.trim() !== '')
  return {
    title: options.title === undefined ? undefined : cleanText(options.title, 200),
    notes: [...notes.slice(0, MAX_NOTES).map((note) => cleanText(note, 200)), ...notes.length > MAX_NOTES ? [`… ${notes.length - MAX_NOTES} more lines`] : []],
    boxes, arrows, frames: Array.from(frames.values()), kinds: (Object.keys(kindNames) as BoxKind[]).filter((kind) => boxes.some((box) => box.kind === kind)), hasBlame: blamed.size > 0,
  }
}

/** Those of the boxes and those around them, the outer ones first. Only single nodes stand in frames. */
function framesOf(groups: readonly Group[]): Map<Frame, BoxFrame> {
  const found = new Map<Frame, BoxFrame>()
  const add = (frame: Frame): BoxFrame => {
    const around = frame.around && add(frame.around).id
    const known = found.get(frame) ?? { id: `f${found.size + 1}`, title: cleanText(frame.step.name, MAX_NAME), around }
    found.set(frame, known)
    return known
  }
  for (const { members: [first] } of groups) if (first?.frame !== undefined) add(first.frame)
  return found
}

function boxOf(group: Group, place: Pick<Box, 'id' | 'frame'>, options: ResolvedOptions): Box {
  const { members } = group
  const [first] = members
  const shared = { ...place, blamed: members.some(({ blamed }) => blamed), output: members.some(({ output }) => output) }
  if (members.length > 1) return { ...shared, kind: 'more', title: countText(members), lines: [{ role: 'description', text: namesText(members) }] }
  return { ...shared, kind: first!.kind, title: cleanText(first!.node.name, MAX_NAME), lines: linesOf(first!, group, options) }
}

function countText(members: readonly Drawn[]): string {
  const kinds = new Set(members.map(({ kind }) => kind))
  const [kind] = kinds
  const noun = kinds.size > 1 ? 'nodes' : kind === 'parameter' ? 'parameters' : kind === 'value' ? 'values' : kind === 'error' ? 'failed steps' : 'steps'
  return `${members.length} more ${noun}`
}

/** `classify ×10, trim ×2`, the most frequent first. */
function namesText(members: readonly Drawn[]): string {
  const counts = new Map<string, number>()
  for (const { node } of members) counts.set(node.name, (counts.get(node.name) ?? 0) + 1)
  const names = Array.from(counts).toSorted(([, a], [, b]) => b - a)
  const shown = names.slice(0, 3).map(([name, count]) => `${cleanText(name, 24)}${count > 1 ? ` ×${count}` : ''}`)
  return `${shown.join(', ')}${names.length > 3 ? `, ${names.length - 3} other names` : ''}`
}

/** What it does or is; the operation first where the node is named otherwise. */
function descriptionOf(node: Node<unknown>): string {
  const origin = originOf(node)
  if (origin.kind === 'parameter') return (origin.parameter as Parameter<unknown>).description ?? ''
  if (origin.kind === 'value') return origin.description ?? ''
  const { name, description = '' } = origin.step
  const named = node.name === name || node.name.endsWith(`/${name}`)
  return named ? description : description === '' ? name : `${name}: ${description}`
}

function linesOf({ node, kind }: Drawn, { folded }: Group, { valueLength }: ResolvedOptions): BoxLine[] {
  const origin = originOf(node)
  const description = descriptionOf(node)
  const constants = origin.kind === 'message' || origin.kind === 'exception'
    ? origin.inputs.flatMap((input, index) => (isNode(input) ? [] : [[origin.names[index] ?? `in_${index}`, input] as const])) : []
  const inputs = [...constants, ...folded.map((value) => [value.node.name, peek(value.node)] as const)]
  const input = Math.min(60, valueLength)
  return [
    ...description === '' ? [] : [{ role: 'description', text: cleanText(description, MAX_DESCRIPTION) } as const],
    ...inputs.slice(0, MAX_INPUTS).map(([name, value]) => ({ role: 'input', text: `${cleanText(name, 30)}: ${valueText(value, input)}` } as const)),
    ...inputs.length > MAX_INPUTS ? [{ role: 'input', text: `… ${inputs.length - MAX_INPUTS} more inputs` } as const] : [],
    // The value of a failed step is what it threw, as text.
    { role: 'value', text: kind === 'error' ? cleanText(String(peek(node)), Math.max(valueLength, 100)) : `= ${valueText(peek(node), valueLength)}` },
  ]
}
