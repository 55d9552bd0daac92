import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { readTiff } from '@answerback/imaging/tiff/read-tiff'
import { ttiBandRows } from '@answerback/imaging/tti/band-rows'
import type { Bitmap } from '@answerback/protocol/t4/bitmap'
import PDFDocument from 'pdfkit'
import { freePort, KillableServer } from '../support/killable-server.ts'

const PAGES = 20
const TO = '+12025551234'
/** Twenty pages at a modem's pace, and the time to render them. */
const LIMIT_MS = 300_000

const folder = await mkdtemp(join(tmpdir(), 'answerback-line-'))
const sender = await startServer('sender', '23000-23098')
const receiver = await startServer('receiver', '23100-23198')
after(async () => {
  await Promise.all([sender.server.stop(), receiver.server.stop()])
  await rm(folder, { recursive: true, force: true })
})

interface Running {
  readonly server: KillableServer
  readonly sipPort: number
  readonly liveKey: string
}

async function startServer(name: string, mediaPorts: string): Promise<Running> {
  const sipPort = await freePort()
  const dataFolder = join(folder, name)
  const server = new KillableServer(dataFolder, await freePort(), {
    ANSWERBACK_RENDER_WORKERS: '1',
    ANSWERBACK_SIP_LISTEN: `127.0.0.1:${sipPort}`,
    ANSWERBACK_MEDIA_PORTS: mediaPorts,
  })
  assert.ok(await server.start('On a terminal:'), server.errors)
  const { liveKey } = JSON.parse(await readFile(join(dataFolder, 'credentials.json'), 'utf8'))
  return { server, sipPort, liveKey }
}

async function ask(of: Running, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${of.liveKey}`, ...init.headers }
  const response = await fetch(of.server.url + path, { ...init, headers })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}

interface Fax {
  readonly id: string
  readonly status: string
  readonly endedAt?: string | null
  readonly pagesConfirmed?: number
  readonly code?: string | null
}

interface Attempt {
  readonly line: string
  readonly t30Result: string
  readonly remoteId: string | null
  readonly pagesConfirmed: number
}

interface Received {
  readonly id: string
  readonly status: string
  readonly to: string
  readonly pageCount: number
}

interface TrunkReport {
  readonly ok: boolean
  readonly checks: readonly { readonly name: string; readonly outcome: string; readonly fix: string | null }[]
}

async function json<Body>(of: Running, path: string, body?: object, method = 'POST'): Promise<Body> {
  const init = body && {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  }
  return (await ask(of, path, init)).json() as Promise<Body>
}

async function addTrunk(of: Running, port: number, inbound: object): Promise<string> {
  const trunk = await json<{ id: string }>(of, '/v2/trunks', {
    name: 'Loopback',
    registration: 'static',
    host: '127.0.0.1',
    port,
    inbound,
  })
  await json(of, `/v2/trunks/${trunk.id}/acknowledge`, { mediaProtection: 'private_interconnect' })
  return trunk.id
}

/** Sends so many pages to the other server, and waits until the first call has ended. */
async function sendToEnd(pages: number): Promise<Fax> {
  const form = new FormData()
  form.append('to', TO)
  form.append('file', new Blob([new Uint8Array(await buildPdf(pages))], { type: 'application/pdf' }), 'z.pdf')
  const sent = (await (await ask(sender, '/v2/faxes', { method: 'POST', body: form })).json()) as Fax
  let fax = sent
  for (
    const end = Date.now() + LIMIT_MS;
    !fax.endedAt && fax.status !== 'retrying' && Date.now() < end;
    await sleep(500)
  ) {
    fax = await json<Fax>(sender, `/v2/faxes/${sent.id}`)
  }
  return fax
}

function buildPdf(pages: number): Promise<Buffer> {
  const document = new PDFDocument({ size: 'LETTER' })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const done = new Promise<Buffer>((resolve) => document.on('end', () => resolve(Buffer.concat(chunks))))
  for (let page = 1; page <= pages; page++) {
    if (page > 1) document.addPage()
    document.fontSize(28).text(`Test Patient Zebra, page ${page} of ${pages}`, 72, 120 + 20 * page)
  }
  document.end()
  return done
}

async function pagesOf(of: Running, path: string): Promise<Bitmap[]> {
  const bytes = new Uint8Array(await (await ask(of, path)).arrayBuffer())
  return readTiff(bytes).pages.map((page) => {
    assert.ok(page.form === 'bilevel')
    return page.decode()
  })
}

/** @param fromRow below the header line, which is put above a page as it leaves */
function pixels({ words, stride }: Bitmap, fromRow = 0): Buffer {
  return Buffer.from(words.slice(fromRow * stride).buffer)
}

test(`two servers fax ${PAGES} pages over SIP and UDPTL by configuration alone, and every pixel arrives`, {
  timeout: LIMIT_MS + 30_000,
}, async () => {
  await addTrunk(sender, receiver.sipPort, {})
  await addTrunk(receiver, sender.sipPort, { allowedSources: ['127.0.0.1'], dids: ['*'] })
  // Live faxes go by themselves to numbers that somebody answers for.
  await json(sender, '/v2/recipients', { number: TO, name: 'Clinic Okapi', attested: true })
  const fax = await sendToEnd(PAGES)
  assert.equal(fax.status, 'delivered')
  assert.equal(fax.pagesConfirmed, PAGES)

  const attempts = await json<{ data: Attempt[] }>(sender, `/v2/faxes/${fax.id}/attempts?include=frames`)
  assert.equal(attempts.data.length, 1)
  const attempt = attempts.data[0]!
  assert.equal(attempt.line, 'sip')
  assert.equal(attempt.t30Result, 'ok')
  const told = JSON.stringify(attempt)
  for (const what of ['INVITE', 'DIS', 'DCS', 'CFR', 'PPS-MPS', 'PPS-EOP', 'MCF', 'DCN']) {
    assert.ok(told.includes(`"${what}"`), `${what} is not in the timeline`)
  }

  const inbox = await json<{ data: Received[] }>(receiver, '/v2/inbound')
  assert.equal(inbox.data.length, 1)
  const received = inbox.data[0]!
  assert.equal(received.status, 'received')
  assert.equal(received.to, TO)
  assert.equal(received.pageCount, PAGES)
  const theirs = await pagesOf(receiver, `/v2/inbound/${received.id}/content?format=tiff`)
  const ours = await pagesOf(sender, `/v2/faxes/${fax.id}/content?format=tiff`)
  assert.equal(theirs.length, PAGES)
  for (const [index, page] of ours.entries()) {
    assert.equal(
      Buffer.compare(pixels(page), pixels(theirs[index]!, ttiBandRows('fine'))),
      0,
      `page ${index + 1} differs`,
    )
  }
})

test('another machine than before at that number gets no page over SIP, and the number is suspended', {
  timeout: 60_000,
}, async () => {
  const stationId = '+1 202 555 0199'
  await json(receiver, '/v2/account', { stationId }, 'PATCH')
  const fax = await sendToEnd(2)
  assert.deepEqual([fax.status, fax.code], ['failed', 'fax.identity_refused'])
  const { data: attempts } = await json<{ data: Attempt[] }>(sender, `/v2/faxes/${fax.id}/attempts`)
  assert.deepEqual(
    attempts.map(({ t30Result, remoteId, pagesConfirmed }) => [t30Result, remoteId, pagesConfirmed]),
    [['identity_refused', stationId, 0]],
  )
  const { data: inbox } = await json<{ data: Received[] }>(receiver, '/v2/inbound')
  assert.deepEqual(
    inbox.map(({ pageCount }) => pageCount),
    [0, PAGES],
  )
  const { data } = await json<{ data: { state: string }[] }>(sender, '/v2/recipients')
  assert.deepEqual(
    data.map(({ state }) => state),
    ['suspended'],
  )
})

test('a trunk test finds the other server, and says what is wrong when it is gone', {
  timeout: 60_000,
}, async () => {
  const { data: trunks } = await json<{ data: { id: string }[] }>(sender, '/v2/trunks')
  const found = await json<TrunkReport>(sender, `/v2/trunks/${trunks[0]!.id}/test`, {})
  assert.equal(found.ok, true, JSON.stringify(found))
  const lost = await json<{ id: string }>(sender, '/v2/trunks', {
    name: 'Nobody',
    registration: 'static',
    host: '127.0.0.1',
    port: await freePort(),
    transport: 'tcp',
  })
  await json(sender, `/v2/trunks/${lost.id}/acknowledge`, { mediaProtection: 'none' })
  const report = await json<TrunkReport>(sender, `/v2/trunks/${lost.id}/test`, {})
  assert.equal(report.ok, false)
  const failed = report.checks.find(({ outcome }) => outcome === 'failed')
  assert.equal(failed?.name, 'connect')
  assert.match(failed.fix ?? '', /port/)
})
