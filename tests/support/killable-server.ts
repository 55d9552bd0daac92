import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const MAIN = join(import.meta.dirname, '../../packages/server/src/main.ts')

/** The real server in a process of its own, which can be killed and started again on the same data and port. */
export class KillableServer {
  readonly url: string
  readonly #environment: NodeJS.ProcessEnv
  readonly #dataFolder: string
  #process: ChildProcess | undefined
  #errors = ''
  #output = ''

  constructor(dataFolder: string, port: number, environment: NodeJS.ProcessEnv) {
    this.#dataFolder = dataFolder
    this.url = `http://127.0.0.1:${port}`
    this.#environment = {
      ...process.env,
      ...environment,
      ANSWERBACK_PORT: String(port),
      ANSWERBACK_DATA: dataFolder,
    }
  }

  /** What the server wrote to its standard error since the test began, the end of it. */
  get errors(): string {
    return this.#errors
  }

  /** What it printed since the test began. */
  get output(): string {
    return this.#output
  }

  get dataFolder(): string {
    return this.#dataFolder
  }

  /** @returns whether `line` was printed; false when the process ended before */
  async start(line: string): Promise<boolean> {
    const started = spawn(process.execPath, [MAIN], {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = started
    started.stderr.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-8_000)
    })
    const lines = createInterface({ input: started.stdout })
    const said = new Promise<boolean>((resolve) => {
      lines.on('line', (text) => {
        this.#output += `${text}\n`
        if (text.includes(line)) resolve(true)
      })
      lines.on('close', () => resolve(false))
    })
    return said
  }

  async testKey(): Promise<string> {
    const credentials = JSON.parse(await readFile(join(this.#dataFolder, 'credentials.json'), 'utf8'))
    return credentials.testKey
  }

  sample(): Promise<Buffer> {
    return readFile(join(this.#dataFolder, 'sample-referral.pdf'))
  }

  /** No warning, no clean-up: what a power cut leaves of a process. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** @returns the exit code */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
    return child.exitCode
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A seed's own random numbers from 0 to 1 (mulberry32): the seed is the bug report. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
