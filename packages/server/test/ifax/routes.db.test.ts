import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateAccount } from '../../src/application/account/update-account.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { testIFaxServer } from '../support/ifax-server.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { ACTOR } from '../support/services.ts'

const server = await testIFaxServer()
const { call, services } = server
const MINUTE = 60_000

/** Sends a document nobody has sent before; returns its `jobId`. */
async function send(name: string, more: object = {}, headers: Record<string, string> = {}): Promise<number> {
  const faxData = [{ fileName: `${name}.pdf`, fileData: markedPdf(2, name).toString('base64') }]
  const reply = await call('/v1/customer/fax-send', { faxNumber: '+12025550100', faxData, ...more }, headers)
  assert.equal(reply.status, 1, JSON.stringify(reply))
  return reply.jobId!
}

test('fax-status takes the jobId as an int or as text and answers the documented fields, all of them int or text', async () => {
  const jobId = await send('status', { callerId: '+12025550199' })
  await services.runFor(MINUTE)
  const byNumber = await call('/v1/customer/fax-status', { jobId })
  const byText = await call('/v1/customer/fax-status', { jobId: String(jobId) })
  assert.deepEqual(byNumber, byText)
  const { data } = byNumber
  assert.deepEqual(Object.keys(data).sort(), [
    'code',
    'faxCallEnd',
    'faxCallLength',
    'faxCallStart',
    'faxStatus',
    'faxTotalPages',
    'faxTransferredPages',
    'fromNumber',
    'jobId',
    'message',
    'toNumber',
  ])
  assert.deepEqual(
    [data.jobId, data.fromNumber, data.faxStatus, data.code, data.message],
    [jobId, '+12025550199', 'delivered', 0, 'NORMAL_CLEARING'],
  )
})

test('a fax that is accepted, scheduled or waiting for a retry is sending, as clients that poll expect', async () => {
  const later = new Date(services.clock.now() + 3_600_000).toISOString()
  const scheduled = await send('scheduled', { send_at: later })
  const busy = await send('busy', { faxNumber: '+12025550101' })
  await services.runDue()
  for (const jobId of [scheduled, busy]) {
    const { data } = await call('/v1/customer/fax-status', { jobId })
    assert.deepEqual([data.faxStatus, data.code], ['sending', 0])
  }
})

test('a cancel is answered alike the first and the second time, under both spellings of its path', async () => {
  const jobId = await send('cancel', { send_at: new Date(services.clock.now() + 3_600_000).toISOString() })
  const first = await call('/v1/customer/fax-cancel', { jobId })
  assert.deepEqual([first.status, first.data.faxStatus, first.data.jobId], [1, 'canceled', jobId])
  assert.deepEqual(await call('/v1/customer/cancel-fax', { jobId: String(jobId) }), first)
})

test('an ended fax cannot be canceled, and the refusal has no data a client could take for success', async () => {
  const jobId = await send('too-late')
  await services.runFor(MINUTE)
  const reply = await call('/v1/customer/fax-cancel', { jobId })
  assert.deepEqual([reply.httpStatus, reply.status, reply.code], [200, 0, 900142])
  assert.ok(!('data' in reply) && !('jobId' in reply))
})

test('a failed fax is resent under a new jobId; one still under way, or delivered, is not', async () => {
  const failing = await send('resend', { faxNumber: '+12025550104' })
  const early = await call('/v1/customer/fax-resend', { jobId: failing })
  assert.deepEqual([early.status, early.code], [0, 900143])
  await services.runFor(MINUTE)
  const again = await call('/v1/customer/fax-resend', { jobId: failing })
  assert.equal(again.status, 1)
  assert.equal(again.data.jobId, again.jobId)
  assert.notEqual(again.jobId, failing)
  const delivered = await send('resend-delivered')
  await services.runFor(MINUTE)
  const refused = await call('/v1/customer/fax-resend', { jobId: delivered })
  assert.deepEqual([refused.status, refused.code], [0, 900143])
  const meant = await call('/v1/customer/fax-resend', { jobId: delivered, allowDuplicate: true })
  assert.equal(meant.status, 1)
})

test('fax-lists pages by lastFaxId until an empty array, newest or oldest first', async () => {
  const stranger = await services.addAccount()
  const accessToken = await server.makeKey(stranger)
  const jobIds: number[] = []
  for (const name of ['a', 'b', 'c']) {
    await services.clock.advance(1_000)
    jobIds.push(await send(`list-${name}`, {}, { accessToken }))
  }
  const listed = async (body: object, path = 'fax-lists') => {
    const reply = await call(`/v1/customer/${path}`, body, { accessToken })
    assert.equal(reply.status, 1, JSON.stringify(reply))
    return reply.data.map((fax: { jobId: number }) => fax.jobId)
  }
  assert.deepEqual(await listed({}), jobIds.toReversed())
  assert.deepEqual(await listed({}, 'fax-list'), jobIds.toReversed())
  assert.deepEqual(await listed({ sortBy: 'oldest' }), jobIds)
  assert.deepEqual(await listed({ lastFaxId: String(jobIds[1]) }), [jobIds[0]])
  assert.deepEqual(await listed({ lastFaxId: jobIds[0] }), [])
  const today = new Date(services.clock.now())
  const american = (time: Date) =>
    `${String(time.getUTCMonth() + 1).padStart(2, '0')}/${String(time.getUTCDate()).padStart(2, '0')}/${time.getUTCFullYear()}`
  const yesterday = american(new Date(today.getTime() - 86_400_000))
  assert.equal((await listed({ startDate: american(today), endDate: american(today) })).length, 3)
  assert.deepEqual(await listed({ startDate: yesterday, endDate: yesterday }), [])
})

test('the days of fax-lists are those of the account’s time zone', async () => {
  const clinic = await services.addAccount()
  const accessToken = await server.makeKey(clinic)
  await updateAccount(services, clinic, ACTOR, { timeZone: 'Pacific/Kiritimati' })
  const noon = Math.ceil(services.clock.now() / 86_400_000) * 86_400_000 + 12 * 3_600_000
  await services.clock.advanceTo(noon)
  const jobId = await send('kiritimati', {}, { accessToken })
  const listed = async (time: number) => {
    const day = new Date(time).toISOString().slice(0, 10)
    const { data } = await call('/v1/customer/fax-lists', { startDate: day, endDate: day }, { accessToken })
    return data.map((fax: { jobId: number }) => fax.jobId)
  }
  // Fourteen hours ahead: noon in UTC is the next day's small hours there.
  assert.deepEqual(await listed(noon + 86_400_000), [jobId])
  assert.deepEqual(await listed(noon), [])
})

test('another account, and the other mode of the same one, see none of it', async () => {
  const jobId = await send('private')
  const stranger = await services.addAccount()
  const live: Scope = { ...server.scope, mode: 'live' }
  for (const scope of [stranger, live]) {
    const accessToken = await server.makeKey(scope)
    for (const path of ['fax-status', 'fax-cancel', 'fax-resend']) {
      const reply = await call(`/v1/customer/${path}`, { jobId }, { accessToken })
      assert.deepEqual([reply.status, reply.code], [0, 900140], path)
    }
    const list = await call('/v1/customer/fax-lists', {}, { accessToken })
    assert.deepEqual(list.data, [])
  }
})

test('an Idempotency-Key makes a repeated fax-send one fax', async () => {
  const headers = { 'idempotency-key': 'zebra-1' }
  const jobId = await send('idempotent', {}, headers)
  assert.equal(await send('idempotent', {}, headers), jobId)
  const other = await call(
    '/v1/customer/fax-send',
    {
      faxNumber: '+12025550100',
      faxData: [{ fileName: 'x.pdf', fileData: markedPdf(1, 'other').toString('base64') }],
    },
    headers,
  )
  assert.deepEqual([other.status, other.code], [0, 900130])
})

test('routes need the scopes that the same work needs natively', async () => {
  const reader = await server.makeKey(server.scope, ['faxes:read'])
  const writer = await server.makeKey(server.scope, ['faxes:write'])
  const code = async (path: string, accessToken: string) => (await call(path, {}, { accessToken })).code
  assert.equal(await code('/v1/customer/fax-send', reader), -2074)
  assert.equal(await code('/v1/customer/fax-cancel', reader), -2074)
  assert.equal(await code('/v1/webhooks', reader), -2074)
  assert.equal(await code('/v1/customer/fax-lists', writer), -2074)
})
