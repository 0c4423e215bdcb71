/** A real browser, driven through its own protocol: no package, no stand-in. Stage: test. */
import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']

/** @throws when there is none: a check that needs a browser never passes without one. */
function browserPath(): string {
  const given = process.env['CHROME_PATH']
  const candidates = [...given ? [given] : [], ...(process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))), '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']
  const found = candidates.find(isExecutable)
  if (found === undefined) throw new Error(`expected a browser of the Chromium family, received none on the PATH (${names.join(', ')}). Install one, or name it in CHROME_PATH.`)
  return found
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

interface Message { readonly id?: number; readonly method?: string; readonly params?: Record<string, never>; readonly result?: Record<string, never>; readonly error?: { readonly message: string } }

/** One page: what it evaluates, and what went wrong in it. */
export interface Page {
  /** Runs an expression in the page and gives its value. */
  run<T>(expression: string): Promise<T>
  send(method: string, params?: object): Promise<Record<string, never>>
  /** Errors of scripts, breaches of its content policy, and addresses it asked for beside itself. */
  readonly problems: readonly string[]
}

/** Starts a browser before the tests of a file, and ends it after them. Gives what opens a page with this content. */
export function browserForTests(): (content: string, looks?: Looks & { readonly type?: 'html' | 'svg' }) => Promise<Page> {
  let browser: Browser | undefined
  const folder = mkdtempSync(join(tmpdir(), 'trace-eval-page-'))
  beforeAll(async () => { browser = await Browser.start() })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  let pages = 0
  return async (content, { type = 'html', ...looks } = {}) => {
    const file = join(folder, `page-${pages++}.${type}`)
    writeFileSync(file, content)
    return browser!.open(file, looks)
  }
}

/** How a page is looked at. */
export interface Looks { readonly width?: number; readonly height?: number; readonly dark?: boolean; readonly script?: boolean }

/** A browser that runs until `close`. */
class Browser {
  readonly #process: ChildProcess
  readonly #profile: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, { resolve(value: Record<string, never>): void; reject(error: Error): void }>()
  readonly #listeners = new Map<string, (message: Message) => void>()
  #last = 0

  private constructor(process: ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process
    this.#profile = profile
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as Message & { sessionId?: string }))
  }

  static async start(): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), 'trace-eval-browser-'))
    const child = spawn(browserPath(), [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run', `--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank',
    ], { stdio: ['ignore', 'ignore', 'pipe'] })
    const socket = new WebSocket(await addressOf(child))
    await new Promise<void>((done, fail) => {
      socket.addEventListener('open', () => done())
      socket.addEventListener('error', () => fail(new Error('expected the browser to answer, received nothing')))
    })
    return new Browser(child, profile, socket)
  }

  /** Opens a file in a window of its own. */
  async open(file: string, { width = 1200, height = 900, dark = false, script = true }: Looks = {}): Promise<Page> {
    const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await this.#send('Target.attachToTarget', { targetId, flatten: true })
    const problems: string[] = []
    const send = (method: string, params: object = {}): Promise<Record<string, never>> => this.#send(method, params, sessionId)
    const address = `file://${file}`
    let loaded = (): void => undefined
    this.#listeners.set(sessionId!, ({ method, params }) => {
      const { exceptionDetails, entry, request } = params as { exceptionDetails?: { text: string }; entry?: { level: string; text: string }; request?: { url: string } }
      if (method === 'Page.loadEventFired') loaded()
      if (method === 'Runtime.exceptionThrown') problems.push(`exception: ${exceptionDetails!.text}`)
      if (method === 'Log.entryAdded' && (entry!.level === 'error' || entry!.level === 'warning')) problems.push(`log: ${entry!.text}`)
      if (method === 'Network.requestWillBeSent' && request!.url.split('#')[0] !== address) problems.push(`request: ${request!.url}`)
    })
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`)
    await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }] })
    await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
    if (!script) await send('Emulation.setScriptExecutionDisabled', { value: true })
    const ready = new Promise<void>((done) => { loaded = done })
    await send('Page.navigate', { url: address })
    await ready
    const run = async <T>(expression: string): Promise<T> => {
      const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }) as unknown as { result: { value: T }; exceptionDetails?: { text: string; exception?: { description?: string } } }
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
      return result.value
    }
    return { run, send, problems }
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((done) => { this.#process.once('exit', () => done()) })
    await this.#send('Browser.close').catch(() => this.#process.kill('SIGKILL'))
    await ended
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 })
  }

  async #send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, never>> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }))
    })
  }

  #receive(message: Message & { readonly sessionId?: string }): void {
    if (message.id === undefined) return this.#listeners.get(message.sessionId ?? '')?.(message)
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.error === undefined) waiting?.resolve(message.result!)
    else waiting?.reject(new Error(message.error.message))
  }
}

/** The address that the browser prints when it listens. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = ''
  return new Promise((done, fail) => {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? []
      if (address !== undefined) done(address)
    })
    child.once('error', fail)
    child.once('exit', (code) => fail(new Error(`expected a browser that runs, received one that ended with ${code}: ${said.trim()}`)))
  })
}
