/** Puts the guard on every matcher that chai's assertions have, once, and on later ones as they come. Stage: vitest. */
import { chai, expect } from 'vitest'
import { TraceEvalError } from '../core/errors.ts'
import { attributionState, countAssertions, currentFrame } from './assertion-scope.ts'
import { claim, frameOf, guardMatcher, guardPromise, type Flagged, type Method } from './assertion-guard.ts'

/** Properties that only make a sentence, or only set a flag. */
const words = new Set([
  'to', 'be', 'been', 'is', 'and', 'has', 'have', 'with', 'that', 'which', 'at', 'of', 'same', 'but', 'does', 'still', 'also',
  'not', 'deep', 'nested', 'own', 'ordered', 'any', 'all', 'itself', '_obj', 'constructor', 'assert', 'withTest', 'withContext',
])
const snapshots = /Snapshot$|^toMatchScreenshot$/

/** Guards all matchers that are not guarded yet. Cheap when there are none; two copies of the library guard once. */
export function guardAllMatchers(): void {
  const prototype = chai.Assertion.prototype as unknown as Record<string, unknown>
  guardNames(prototype, Object.getOwnPropertyNames(prototype))
  guardContext(prototype)
  guardExtend(prototype)
  const { wrapped } = attributionState()
  if (wrapped.has(expect)) return
  wrapped.add(expect)
  countAssertions(expect, () => currentFrame()?.scope)
}

// All at once: an engine that is made to read and write a prototype in turn rebuilds it each time.
function guardNames(prototype: object, names: readonly string[]): void {
  const guards = names.flatMap((name) => {
    const guard = guardOf(prototype, name)
    return guard === undefined ? [] : [[name, { configurable: true, ...guard }] as const]
  })
  Object.defineProperties(prototype, Object.fromEntries(guards))
}

function guardOf(prototype: object, name: string): PropertyDescriptor | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)
  if (words.has(name) || descriptor === undefined || !descriptor.configurable) return undefined
  const { get, value } = descriptor
  if (isOurs(get) || (get === undefined && typeof value !== 'function')) return undefined
  if (name === 'resolves' || name === 'rejects') return guardPromiseWord(get!)
  return get === undefined ? guardMethod(prototype, name, value as Method) : guardProperty(prototype, name, get)
}

// An accessor: outside of a case the method is the very one it was, and no frame is added to a stack, which inline snapshots count.
function guardMethod(prototype: object, name: string, first: Method): PropertyDescriptor {
  let original = first
  function guarded(this: Flagged, ...args: unknown[]): unknown {
    const frame = frameOf(this)
    return frame === undefined ? original.apply(this, args) : guardMatcher(frame, this, name, original, args)
  }
  return {
    enumerable: true,
    get: ours(function (this: Flagged) {
      // Whoever asks the class itself wants to build on the method: a plugin, or another matcher.
      if (this === prototype || frameOf(this) === undefined) return original
      if (snapshots.test(name)) throw snapshotInCase(name)
      return guarded
    }),
    // `expect.extend` with a name that exists, and plugins that overwrite a method.
    set(next: Method) { if (next !== guarded) original = next },
  }
}

/** `.true`, `.empty`, and methods that are also words: `.a('string')`, `.include(1)`. */
function guardProperty(prototype: object, name: string, original: (this: Flagged) => unknown): PropertyDescriptor {
  return {
    get: ours(function (this: Flagged) {
      const frame = frameOf(this)
      if (frame === undefined) return original.call(this)
      if (!isChainable(prototype, name)) return guardMatcher(frame, this, name, original, [])
      return new Proxy(original.call(this) as Method, {
        apply: (method, self: Flagged, args: unknown[]) => guardMatcher(frameOf(self) ?? frame, self, name, method, args),
      })
    }),
  }
}

function isChainable(prototype: object, name: string): boolean {
  return Object.hasOwn((prototype as { __methods?: object }).__methods ?? {}, name)
}

function guardPromiseWord(original: (this: Flagged) => object): PropertyDescriptor {
  return {
    get: ours(function (this: Flagged) {
      const frame = frameOf(this)
      return frame === undefined ? original.call(this) : guardPromise(frame, this, () => original.call(this))
    }),
  }
}

/** Vitest marks softness, polling and the task through these two. */
function guardContext(prototype: Record<string, unknown>): void {
  const { wrapped } = attributionState()
  for (const name of ['withTest', 'withContext']) {
    const original = prototype[name] as Method
    if (wrapped.has(original)) continue
    const guarded = function (this: Flagged, ...args: unknown[]): unknown {
      const result = original.apply(this, args)
      const frame = frameOf(this)
      if (frame !== undefined) claim(this, frame)
      return result
    }
    wrapped.add(guarded)
    Object.defineProperty(prototype, name, { configurable: true, writable: true, value: guarded })
  }
}

/** Every `expect.extend`, of any `expect`, ends in this one. */
function guardExtend(prototype: object): void {
  const { wrapped } = attributionState()
  const owner = chai.expect as unknown as { extend: (target: unknown, matchers: object) => unknown }
  const original = owner.extend
  if (wrapped.has(original)) return
  const guarded = (target: unknown, matchers: object): unknown => {
    const result = original.call(owner, target, matchers)
    guardNames(prototype, Object.keys(matchers))
    return result
  }
  wrapped.add(guarded)
  owner.extend = guarded
}

function snapshotInCase(name: string): TraceEvalError {
  return new TraceEvalError('SNAPSHOT_IN_CASE', `expected an assertion that says what is right, received ${name}`,
    { hint: 'A case runs many times with different parameter values, so no snapshot of it can hold. Use toEqual or toMatchObject, or move the snapshot to a plain test.' })
}

function ours<T extends () => unknown>(get: T): T {
  attributionState().wrapped.add(get)
  return get
}

function isOurs(get: object | undefined): boolean { return get !== undefined && attributionState().wrapped.has(get) }
