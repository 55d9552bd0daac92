import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ReceivedPost, startReceiver } from '../../packages/server/test/support/receiver.ts'
import { freePort, KillableServer } from '../support/killable-server.ts'
import { CLIENTS, missing, run } from './programs.ts'

const LIMIT_MS = 60_000
const CALLER = '+12025550177'
/** Of a live post of iFax's, and `faxTransferredPages` of its documents. */
const WEBHOOK_KEYS = [
  'direction',
  'jobId',
  'transactionId',
  'faxCallLength',
  'faxCallStart',
  'faxCallEnd',
  'faxTotalPages',
  'faxReceivedPages',
  'faxTransferredPages',
  'faxStatus',
  'success',
  'fromNumber',
  'toNumber',
  'code',
  'message',
]

const folder = await mkdtemp(join(tmpdir(), 'answerback-guide-'))
const server = new KillableServer(folder, await freePort(), { ANSWERBACK_RENDER_WORKERS: '1' })
const receiver = await startReceiver()
after(async () => {
  await receiver.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})
assert.ok(await server.start('On a terminal:'), server.errors)
const token = await server.testKey()

/** Asks as iFax's clients do. Its `data`, which every call asserts the shape of. */
// biome-ignore lint/suspicious/noExplicitAny: every call has another shape.
async function ifax(path: string, body: object = {}): Promise<any> {
  const response = await fetch(`${server.url}/v1${path}`, {
    method: 'POST',
    headers: { accessToken: token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const reply = (await response.json()) as { status: number; data: unknown }
  assert.equal(reply.status, 1, JSON.stringify(reply))
  return reply.data
}

function american(time: Date): string {
  const [year, month, day] = time.toISOString().slice(0, 10).split('-')
  return `${month}/${day}/${year}`
}

const startDate = american(new Date())
const [area] = await ifax('/customer/inbound/area-list', { abbreviation: 'US' })
const [offer] = await ifax('/customer/inbound/numbers', { id: String(area.id) })
const number = await ifax('/customer/inbound/buy', { faxNumber: offer.faxNumber, addLicense: true })
await ifax('/webhooks', { url: receiver.url })

interface SimulatedCall {
  readonly jobId: number
  readonly transactionId: number
  readonly status: string
  readonly pageCount: number
}

async function faxIn(): Promise<SimulatedCall> {
  const document = { data: (await server.sample()).toString('base64'), fileName: 'referral.pdf' }
  const response = await fetch(`${server.url}/v2/test/inbound`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: number.faxNumber, from: CALLER, document }),
  })
  assert.equal(response.status, 201, await response.clone().text())
  return (await response.json()) as SimulatedCall
}

const sentIn = await faxIn()
const environment = {
  FAX_BASE: server.url,
  FAX_TOKEN: token,
  FAX_NUMBER_ID: number.numberId,
  FAX_ORDER_ID: number.orderId,
  FAX_START_DATE: startDate,
  FAX_END_DATE: american(new Date()),
}

test('a sandbox machine’s fax is received on a number that was bought', () => {
  assert.deepEqual([sentIn.status, sentIn.pageCount], ['received', 2])
  assert.match(number.orderId, /^\d{19}$/)
})

for (const client of CLIENTS) {
  test(`the guide’s client lists the fax: ${client.name}`, {
    skip: missing(client),
    timeout: LIMIT_MS,
  }, async () => {
    const { code, output, errors } = await run(client, environment)
    assert.equal(code, 0, errors)
    const { status, data } = JSON.parse(output)
    assert.equal(status, 1)
    assert.equal(data.length, 1)
    const { receivedTime, faxCallStart, faxCallEnd, faxCallLength, ...row } = data[0]
    assert.deepEqual(row, {
      jobId: sentIn.jobId,
      transactionId: sentIn.transactionId,
      fromNumber: CALLER,
      toNumber: number.faxNumber,
      faxTotalPages: 2,
      faxReceivedPages: 2,
      faxTransferredPages: 2,
      faxStatus: 'received',
      markedAs: 'Done',
      numberId: number.numberId,
      orderId: number.orderId,
      code: 0,
      message: 'NORMAL_CLEARING',
    })
    assert.ok(faxCallEnd - faxCallStart === faxCallLength && Date.parse(receivedTime) >= faxCallEnd * 1_000)
  })
}

test('a day on which nothing came is an empty list, and the other half of the number’s name no number', async () => {
  const names = { numberId: number.numberId, orderId: number.orderId }
  const lastYear = { startDate: '01/01/2025', endDate: '01/31/2025' }
  assert.deepEqual(await ifax('/customer/inbound/fax-list', { ...names, markedAs: 'Done', ...lastYear }), [])
  const wrong = { ...names, orderId: `${number.orderId}0` }
  await assert.rejects(() => ifax('/customer/inbound/fax-list', wrong), /"status":0/)
})

test('the listed fax is downloaded as a PDF of its pages', async () => {
  const { jobId, transactionId } = sentIn
  const data = await ifax('/customer/inbound/fax-download', { jobId, transactionId })
  const pdf = Buffer.from(data, 'base64').toString('latin1')
  assert.match(pdf, /^%PDF-/)
  assert.equal(pdf.match(/\/Type \/Page\b/g)?.length, 2)
})

test('the webhook hears of it once, with the keys of iFax’s own post', { timeout: LIMIT_MS }, async () => {
  const arrived = () => receiver.posts.filter(isInbound)
  while (arrived().length === 0) await sleep(50)
  const { headers, body } = arrived()[0]!
  const told = JSON.parse(body.toString())
  assert.deepEqual(Object.keys(told), WEBHOOK_KEYS)
  assert.deepEqual(
    [told.jobId, told.transactionId, told.toNumber, told.fromNumber, told.faxStatus],
    [sentIn.jobId, sentIn.transactionId, number.faxNumber, CALLER, 'received'],
  )
  assert.match(String(headers['webhook-signature']), /^v1,/)
  assert.equal(arrived().length, 1)
})

function isInbound({ body }: ReceivedPost): boolean {
  return JSON.parse(body.toString()).direction === 'inbound'
}
