import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CodedPage } from '@answerback/imaging/page'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { createCallingMachines } from '../packages/server/src/adapters/lines/sandbox/calling-machines.ts'
import { SystemClock } from '../packages/server/src/adapters/system/clock.ts'
import type { Services } from '../packages/server/src/application/services.ts'
import { callIn } from '../packages/server/src/application/test-mode/call-in.ts'
import { testDatabase } from '../packages/server/test/support/database.ts'
import { ACTOR, addAccount } from '../packages/server/test/support/services.ts'
import { openReceiving } from '../tests/kill/reception-process.ts'
import { freePort, KillableServer } from '../tests/support/killable-server.ts'
import type { BenchRow } from './row.ts'
import { faxPages } from './support/fax-page.ts'
import { onePagePdf } from './support/one-page-pdf.ts'
import { printTable } from './support/print-table.ts'
import { percentile } from './support/statistics.ts'

const COMMAND = 'node bench/receive.ts'
const PAGE_MS_MAX = 15
const PAGES_PER_CALL = 5
const CALLS = 40

const CALLS_AT_ONCE = 20
const FAXES = 160
const P50_MAX_MS = 250
const P99_MAX_MS = 1_000

export async function run(): Promise<BenchRow[]> {
  return [await pageCost(), await newsDelay()]
}

/** What a received page costs this process: T.30, decoding, coding, encryption, disk and rows; and the simulated caller's half on top. */
async function pageCost(): Promise<BenchRow> {
  const folder = await mkdtemp(join(tmpdir(), 'answerback-receive-'))
  try {
    const { name, pages } = faxPages()
    const page = pages[0]!
    const coded = {
      width: page.width,
      rows: page.rows,
      resolution: 'fine',
      kind: 'scan',
      t6: encodeT6(page),
    } as const
    const services: Services = {
      ...(await openReceiving(folder, await testDatabase())),
      callingMachines: createCallingMachines(new SystemClock()),
      rasteriser: givingPages(Array.from({ length: PAGES_PER_CALL }, () => coded)),
    }
    const scope = await addAccount(services)
    const receive = async () => {
      const call = { to: '+12025550123', from: '+12025550177' }
      const { received } = await callIn(services, scope, ACTOR, call)
      if (received.status !== 'received') throw new Error(`The call ended ${received.disposition}`)
    }
    await receive()
    const from = process.cpuUsage()
    for (let call = 0; call < CALLS; call++) await receive()
    const { user, system } = process.cpuUsage(from)
    const pageMs = (user + system) / 1_000 / (CALLS * PAGES_PER_CALL)
    return {
      figure: `receive, ${name} (${(coded.t6.length / 1_024).toFixed(0)} KB), CPU a page, without OCR; with the simulated caller`,
      ours: `${pageMs.toFixed(1)} ms`,
      peer: '–',
      ratio: pageMs / PAGE_MS_MAX,
      bar: `≤ ${PAGE_MS_MAX} ms`,
      met: pageMs <= PAGE_MS_MAX,
      command: COMMAND,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function givingPages(pages: readonly CodedPage[]): Services['rasteriser'] {
  return {
    inspect: () => Promise.reject(new Error('Nothing is inspected here.')),
    async *render() {
      yield* pages
    },
  }
}

interface Running {
  readonly server: KillableServer
  readonly sipPort: number
  readonly liveKey: string
}

/** From the end of a call to the post of its `inbound.received`, over SIP between two servers, twenty calls up at a time. */
async function newsDelay(): Promise<BenchRow> {
  const folder = await mkdtemp(join(tmpdir(), 'answerback-receive-'))
  const sender = await startServer(join(folder, 'sender'), '24000-24198')
  const receiver = await startServer(join(folder, 'receiver'), '24200-24398')
  const arrivals = new Map<string, number>()
  const listener = await listenForNews(arrivals)
  try {
    const { port } = listener.address() as { port: number }
    await post(receiver, '/v2/webhooks', {
      url: `http://127.0.0.1:${port}/`,
      eventTypes: ['inbound.received', 'inbound.partially_received', 'inbound.failed'],
    })
    await addTrunk(receiver, sender.sipPort, { allowedSources: ['127.0.0.1'], dids: ['*'] })
    await addTrunk(sender, receiver.sipPort, {})
    // Nobody answers for a hundred invented numbers.
    const misdirection = { live: { firstSend: 'allow', nearMiss: 'allow' } }
    const body = JSON.stringify({ misdirection })
    const headers = { 'content-type': 'application/json' }
    await ask(sender, '/v2/account', { method: 'PATCH', body, headers })
    await sendAll(sender)
    while (arrivals.size < FAXES) await sleep(500)
    const ends = await endsOf(receiver)
    const waits = [...arrivals].map(([id, at]) => at - (ends.get(id) ?? Number.NaN))
    const [p50, p99] = [percentile(waits, 50), percentile(waits, 99)]
    return {
      figure: `call end → \`received\` event posted, ${CALLS_AT_ONCE} calls at once over SIP, ${FAXES} faxes, OCR and both servers on the same machine`,
      ours: `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
      peer: '–',
      ratio: p99 / P99_MAX_MS,
      bar: `p50 ≤ ${P50_MAX_MS} ms, p99 ≤ ${P99_MAX_MS / 1_000} s`,
      met: p50 <= P50_MAX_MS && p99 <= P99_MAX_MS,
      command: COMMAND,
    }
  } finally {
    listener.close()
    listener.closeAllConnections()
    await Promise.all([sender.server.stop(), receiver.server.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

async function startServer(dataFolder: string, mediaPorts: string): Promise<Running> {
  const sipPort = await freePort()
  const server = new KillableServer(dataFolder, await freePort(), {
    ANSWERBACK_RENDER_WORKERS: '1',
    ANSWERBACK_FAX_CONCURRENCY: String(CALLS_AT_ONCE + 4),
    ANSWERBACK_SIP_LISTEN: `127.0.0.1:${sipPort}`,
    ANSWERBACK_MEDIA_PORTS: mediaPorts,
    ANSWERBACK_ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
  })
  if (!(await server.start('On a terminal:'))) throw new Error(server.errors)
  const { liveKey } = JSON.parse(await readFile(join(dataFolder, 'credentials.json'), 'utf8'))
  return { server, sipPort, liveKey }
}

/** Notes when each fax's news came in. */
async function listenForNews(arrivals: Map<string, number>): Promise<Server> {
  const listener = createServer((request, response) => {
    const at = Date.now()
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.end()
      const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { inboundId: string } }
      if (!arrivals.has(data.inboundId)) arrivals.set(data.inboundId, at)
    })
  })
  listener.listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  return listener
}

async function sendAll(sender: Running): Promise<void> {
  const pdf = new Uint8Array(await onePagePdf())
  for (let index = 0; index < FAXES; index += 1) {
    const form = new FormData()
    form.append('to', `+1202666${String(1000 + index)}`)
    form.append('file', new Blob([pdf], { type: 'application/pdf' }), 'page.pdf')
    await ask(sender, '/v2/faxes', { method: 'POST', body: form })
  }
}

async function endsOf(receiver: Running): Promise<Map<string, number>> {
  const ends = new Map<string, number>()
  let cursor = ''
  do {
    const reply = await ask(receiver, `/v2/inbound?limit=100${cursor && `&cursor=${cursor}`}`)
    const page = (await reply.json()) as {
      data: { id: string; endedAt: string | null }[]
      nextCursor: string | null
    }
    for (const { id, endedAt } of page.data) if (endedAt !== null) ends.set(id, Date.parse(endedAt))
    cursor = page.nextCursor ?? ''
  } while (cursor !== '')
  return ends
}

async function addTrunk(of: Running, port: number, inbound: object): Promise<void> {
  const reply = await post(of, '/v2/trunks', {
    name: 'Loopback',
    registration: 'static',
    host: '127.0.0.1',
    port,
    inbound,
    concurrency: CALLS_AT_ONCE,
    callsPerSecond: CALLS_AT_ONCE,
  })
  const { id } = (await reply.json()) as { id: string }
  await post(of, `/v2/trunks/${id}/acknowledge`, { mediaProtection: 'private_interconnect' })
}

function post(of: Running, path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return ask(of, path, { method: 'POST', body: JSON.stringify(body), headers })
}

async function ask(of: Running, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${of.liveKey}`, ...init.headers }
  const response = await fetch(of.server.url + path, { ...init, headers })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}

if (import.meta.main) printTable(await run())
