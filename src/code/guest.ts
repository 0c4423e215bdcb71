/** What the engine runs before any proposed code: hardens the language and carries data in and out. Stage: code. */

/**
 * The text of a module inside the engine. All of it runs before proposed code, keeps its own references to what it needs,
 * and freezes what is left: every built-in object and the global one, so that no call leaves anything to the next.
 * Text that makes code of strings is gone, since a global `let` would outlive its call.
 */
export const GUEST = String.raw`
const { freeze, defineProperty, getPrototypeOf, getOwnPropertyDescriptor, keys, create } = Object
const { ownKeys, apply } = Reflect
const { isArray } = Array
const { stringify, parse } = JSON
const { is } = Object
const { isFinite } = Number
const then = Promise.prototype.then
const getTime = Date.prototype.getTime
const slice = String.prototype.slice
const join = Array.prototype.join
const toText = String, toBigInt = BigInt, MakeDate = Date, Internal = InternalError, BaseError = Error, Plain = Object.prototype, Pending = Promise, Wrong = TypeError
const imul = Math.imul
let state = [1, 2, 3, 4]
defineProperty(Math, 'random', { value: function random() {
  const t = (state[0] + state[1] + state[3]) | 0
  state[3] = (state[3] + 1) | 0
  state[0] = state[1] ^ (state[1] >>> 9)
  state[1] = (state[2] + (state[2] << 3)) | 0
  state[2] = ((state[2] << 21) | (state[2] >>> 11)) + t | 0
  return (t >>> 0) / 4294967296
} })

for (const name of ['eval', 'SharedArrayBuffer', 'WeakRef', 'FinalizationRegistry']) delete globalThis[name]
const samples = [function () {}, function* () {}, async function () {}, async function* () {}]
for (const sample of samples) {
  const proto = getPrototypeOf(sample)
  const refuse = function Function() { throw new Wrong('code cannot be made of text here') }
  defineProperty(refuse, 'prototype', { value: proto, writable: false })
  defineProperty(proto, 'constructor', { value: refuse })
  if (sample === samples[0]) defineProperty(globalThis, 'Function', { value: refuse })
}

// A stack overflow that is caught again and again would spend its time on this.
Error.stackTraceLimit = 10

const outbox = []
const waiting = create(null)
let nextCall = 0, limit = 1e6

// Whether JSON alone can carry it, as nearly all results are.
function isJson(value, depth) {
  switch (typeof value) {
    case 'string': case 'boolean': return true
    case 'number': return isFinite(value) && !is(value, -0)
    case 'object': break
    default: return false
  }
  if (value === null) return true
  if (depth >= 200) return false
  if (isArray(value)) {
    const { length } = value
    if (!(length <= limit)) return false
    for (let i = 0; i < length; i++) if (!isJson(value[i], depth + 1)) return false
    return true
  }
  const proto = getPrototypeOf(value)
  if (proto !== Plain && proto !== null) return false
  const names = keys(value)
  for (let i = 0; i < names.length; i++) if (names[i] === '$' || !isJson(value[names[i]], depth + 1)) return false
  return true
}

// Data as JSON; what JSON lacks is an object with a "$". See data.ts, which does the same outside.
function packed(value) {
  let count = 0
  const path = []
  const refuse = (what, depth = 0) => {
    let where = ''
    for (let i = 0; i < depth; i++) where += typeof path[i] === 'number' ? '[' + path[i] + ']' : '.' + path[i]
    throw { refused: what, path: where }
  }
  const pack = (value, depth) => {
    if (++count > limit) refuse('data of at most ' + limit + ' bytes')
    switch (typeof value) {
      case 'string': case 'boolean': return value
      case 'number': return isFinite(value) && !is(value, -0) ? value : { $: is(value, -0) ? '-0' : toText(value) }
      case 'undefined': return { $: 'undefined' }
      case 'bigint': return { $: 'bigint', value: toText(value) }
      case 'object': break
      default: return refuse('data, not a ' + typeof value, depth)
    }
    if (value === null) return null
    if (depth >= 200) refuse('data nested at most 200 deep, without cycles', depth)
    if (isArray(value)) {
      const { length } = value
      if (!(length <= limit)) refuse('data of at most ' + limit + ' bytes')
      const copy = []
      for (let i = 0; i < length; i++) {
        path[depth] = i
        copy[i] = pack(value[i], depth + 1)
      }
      return copy
    }
    const proto = getPrototypeOf(value)
    if (proto !== Plain && proto !== null) {
      let time
      try { time = apply(getTime, value, []) } catch { refuse('plain data, not an instance of a class', depth) }
      return { $: 'date', value: isFinite(time) ? time : null }
    }
    const names = keys(value)
    const copy = create(null)
    let tagged = false
    for (let i = 0; i < names.length; i++) {
      path[depth] = names[i]
      copy[names[i]] = pack(value[names[i]], depth + 1)
      tagged ||= names[i] === '$'
    }
    return tagged ? { $: 'object', value: copy } : copy
  }
  const text = stringify(isJson(value, 0) ? value : pack(value, 0))
  if (text.length > limit) refuse('data of at most ' + limit + ' bytes')
  return text
}

function unpack(value) {
  if (typeof value !== 'object' || value === null) return value
  if (isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = unpack(value[i])
    return value
  }
  switch (value.$) {
    case 'undefined': return undefined
    case 'NaN': return NaN
    case 'Infinity': return Infinity
    case '-Infinity': return -Infinity
    case '-0': return -0
    case 'bigint': return toBigInt(value.value)
    case 'date': return new MakeDate(value.value === null ? NaN : value.value)
    case 'object': return unpackFields(value.value)
    default: return unpackFields(value)
  }
}
function unpackFields(value) {
  const names = keys(value)
  for (let i = 0; i < names.length; i++) {
    const key = names[i], old = value[key], made = unpack(old)
    if (made !== old) defineProperty(value, key, { value: made, enumerable: true, configurable: true, writable: true })
  }
  return value
}

const text = (value) => { try { return apply(slice, typeof value === 'string' ? value : toText(value), [0, 2000]) } catch { return '' } }
const read = (value, key) => { try { return text(value[key]) } catch { return '' } }
// Whatever was thrown, getters, proxies and refusals to become a text included.
function failure(error) {
  if (error instanceof Internal) {
    const message = read(error, 'message')
    if (message === 'out of memory') return stringify({ code: 'CODE_MEMORY' })
    if (message === 'stack overflow') return stringify({ code: 'CODE_STACK', stack: read(error, 'stack') })
  }
  const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function'
  const isError = isObject && error instanceof BaseError
  return stringify({ code: 'CODE_ERROR', name: isError ? read(error, 'name') : '', message: isError ? read(error, 'message') : text(error), stack: isObject ? read(error, 'stack') : '' })
}
const refusal = (error) => {
  try {
    if (typeof error === 'object' && error !== null && getPrototypeOf(error) === Plain) {
      const refused = getOwnPropertyDescriptor(error, 'refused'), path = getOwnPropertyDescriptor(error, 'path')
      if (refused !== undefined && path !== undefined) return stringify({ code: 'CODE_RESULT', message: text(refused.value), path: text(path.value) })
    }
    return failure(error)
  } catch { return stringify({ code: 'CODE_ERROR', name: '', message: '', stack: '' }) }
}
const finish = (value) => { try { return 'v' + packed(value) } catch (error) { return 'e' + refusal(error) } }
const fail = (error) => { try { return 'e' + failure(error) } catch { return 'e{"code":"CODE_ERROR"}' } }

// "v" and data, "e" and an error, or "p": a promise, whose end comes later from look().
let ended
export function run(make, request) {
  const { args, seed, limit: most, json } = parse(request)
  state = seed
  limit = most
  ended = undefined
  outbox.length = 0
  try {
    const target = make()
    if (typeof target !== 'function') return 'n'
    const values = json ? args : unpack(args)
    const result = target(...values)
    if ((typeof result !== 'object' && typeof result !== 'function') || result === null) return finish(result)
    if (typeof result.then !== 'function') return finish(result)
    apply(then, Pending.resolve(result), [(value) => { ended = finish(value) }, (error) => { ended = fail(error) }])
    return 'p'
  } catch (error) {
    return fail(error)
  }
}
// What came of it, or "h" and the host functions that it calls.
export function look() {
  if (ended !== undefined) return ended
  const calls = 'h[' + apply(join, outbox, [',']) + ']'
  outbox.length = 0
  return calls
}
export function resume(answer) {
  const { id, ok, value, message } = parse(answer)
  const call = waiting[id]
  delete waiting[id]
  if (call === undefined) return
  if (ok) call.resolve(unpack(value))
  else call.reject(new BaseError(message))
}
export function harden(names) {
  if (names !== '[]') {
    const host = create(null)
    for (const name of parse(names)) {
      host[name] = (...args) => new Pending((resolve, reject) => {
        const id = nextCall++
        let sent
        try { sent = packed(args) } catch (error) { throw new Wrong('host.' + name + ' expected ' + (error?.refused ?? 'data')) }
        waiting[id] = { resolve, reject }
        defineProperty(outbox, outbox.length, { value: '{"id":' + id + ',"name":' + stringify(name) + ',"args":' + sent + '}', enumerable: true, configurable: true, writable: true })
      })
    }
    defineProperty(globalThis, 'host', { value: host })
  }
  // Assigning to a name that a frozen prototype has would fail; for these, which programs do assign, it makes an own property.
  const assignable = (proto, names) => {
    for (const key of names) {
      const found = getOwnPropertyDescriptor(proto, key)
      if (found === undefined || !('value' in found)) continue
      const { value } = found
      defineProperty(proto, key, {
        get: () => value,
        set(own) {
          if (this === proto) throw new Wrong('cannot change ' + key + ' of a built-in object')
          defineProperty(this, key, { value: own, enumerable: true, configurable: true, writable: true })
        },
        configurable: false, enumerable: false,
      })
    }
  }
  assignable(Object.prototype, ['toString', 'valueOf', 'toLocaleString', 'constructor', 'hasOwnProperty'])
  for (const kind of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, InternalError, AggregateError]) assignable(kind.prototype, ['name', 'message', 'toString', 'constructor'])
  const seen = new Set()
  const visit = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
    seen.add(value)
    for (const key of ownKeys(value)) {
      const found = getOwnPropertyDescriptor(value, key)
      visit(found.value); visit(found.get); visit(found.set)
    }
    visit(getPrototypeOf(value))
    freeze(value)
  }
  for (const sample of [...samples, [][Symbol.iterator](), new Map().entries(), new Set().values(), ''[Symbol.iterator](), /x/g[Symbol.matchAll]('x'), samples[1](), samples[3](), [].values().map((x) => x), Iterator.from({ next() {} })]) {
    visit(getPrototypeOf(sample))
    if (typeof sample === 'function') visit(sample.prototype)
  }
  visit(globalThis)
}
`
