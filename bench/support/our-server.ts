import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Pool } from 'undici'
import { freePort } from '../../tests/support/killable-server.ts'

/** The real server in a process of its own, on a data folder of its own. */
export interface OurServer {
  readonly url: string
  readonly testKey: string
  readonly dataFolder: string
  readonly pid: number
  /** Connections to it, kept alive as a client library would. */
  readonly connections: Pool
  close(): Promise<void>
}

export async function startOurServer(
  options: { environment?: Record<string, string>; dataFolder?: string; connections?: number } = {},
): Promise<OurServer> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'answerback-bench-')))
  const port = await freePort()
  const child = spawn('./start', [], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      ...process.env,
      ANSWERBACK_PORT: String(port),
      ANSWERBACK_DATA: dataFolder,
      // The bench asks for more than any client should: the limit is not what is measured.
      ANSWERBACK_REQUESTS_PER_MINUTE: '10000000',
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await untilReady(child)
  const { testKey } = JSON.parse(await readFile(join(dataFolder, 'credentials.json'), 'utf8'))
  const url = `http://127.0.0.1:${port}`
  const connections = new Pool(url, { connections: options.connections ?? 8, pipelining: 1 })
  return {
    url,
    testKey,
    dataFolder,
    pid: child.pid!,
    connections,
    async close() {
      await connections.close()
      child.kill('SIGTERM')
      if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
      if (options.dataFolder === undefined) await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** Ready, and the demonstration of a first run over: its last line is the hint at the command line. */
async function untilReady(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.startsWith('On a terminal')) {
      child.stdout!.resume()
      return
    }
  }
  throw new Error('The server ended before it was ready.')
}

export interface Reply {
  readonly status: number
  readonly body: Record<string, unknown>
}

export async function get(server: OurServer, path: string): Promise<Reply> {
  const response = await server.connections.request({
    method: 'GET',
    path,
    headers: { authorization: `Bearer ${server.testKey}` },
  })
  return { status: response.statusCode, body: (await response.body.json()) as Record<string, unknown> }
}

const BOUNDARY = 'answerback-bench-boundary'

/** A form as curl or any client library writes it, made once: the client's own cost is not what is measured. */
export function faxForm(pdf: Uint8Array, to: string, fields: Record<string, string> = {}): Buffer {
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const file = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="page.pdf"\r\ncontent-type: application/pdf\r\n\r\n`
  const more = Object.entries(fields).map(([name, value]) => field(name, value))
  const head = field('to', to) + field('allowDuplicate', 'true') + more.join('') + file
  return Buffer.concat([Buffer.from(head), pdf, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)])
}

export async function sendForm(server: OurServer, form: Buffer): Promise<Reply> {
  const response = await server.connections.request({
    method: 'POST',
    path: '/v2/faxes',
    headers: {
      authorization: `Bearer ${server.testKey}`,
      'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    },
    body: form,
  })
  const body = (await response.body.json()) as Record<string, unknown>
  if (response.statusCode !== 202) throw new Error(`HTTP ${response.statusCode}: ${body.code}`)
  return { status: response.statusCode, body }
}
