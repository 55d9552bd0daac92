import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import { accountKeys } from '../../../src/application/account-keys.ts'
import { getReceived, readReceivedPages } from '../../../src/application/inbox/read-received.ts'
import { createInboundCalls } from '../../../src/application/receiving/inbound-calls.ts'
import { openReceivedNumbers } from '../../../src/application/sealed/received-secrets.ts'
import { changeTrunk } from '../../../src/application/trunks/trunks.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import type { TrunkSettings } from '../../../src/domain/trunks/trunk.ts'
import type { InboundCalls, ReceivedPage } from '../../../src/ports/inbound-calls.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { crashingServices } from '../../support/crashing-services.ts'
import { testDatabase } from '../../support/database.ts'
import { ACTOR, createTestServices, until } from '../../support/services.ts'
import { addTrunk, TrunkLine } from '../../support/trunk-line.ts'

const services = await createTestServices(await testDatabase(), { lines: [new TrunkLine()] })
after(() => services.close())

const DID = '+12026661234'
const CARRIER = '192.0.2.10'

async function receiving(settings: Partial<TrunkSettings> = {}, acknowledged = true) {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  const inbound = { allowedSources: ['192.0.2.0/24'], dids: [DID] }
  const trunkId = await addTrunk(services, scope, { name: 'in', inbound, ...settings }, { acknowledged })
  const call = { trunkId, to: DID, from: '+12026669999', sourceAddress: CARRIER }
  return { scope, trunkId, call, calls: createInboundCalls(services, 'sip') }
}

function page(number: number, badRows = 0): ReceivedPage {
  const bitmap = createBitmap(1728, 100)
  bitmap.words.fill(0xffff0000, bitmap.stride * 10, bitmap.stride * (10 + number))
  const t6 = encodeT6(bitmap)
  return {
    number,
    width: 1728,
    rows: 100,
    resolution: 'fine',
    t6,
    badRows,
    quality: badRows > 0 ? 'usable' : 'clean',
  }
}

async function accepted(calls: InboundCalls, call: Parameters<InboundCalls['accept']>[0]) {
  const decision = await calls.accept(call)
  assert.equal(decision.kind, 'accept')
  return decision.kind === 'accept' ? decision : assert.fail()
}

const END = { disposition: 'delivered', dataExchanged: 'some', ecm: true, bitRate: 14_400 } as const

function recordOf(scope: Scope, id: string) {
  return services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    assert.ok(received)
    const events = await tx.events.listOfFax(id, 0, 100)
    const audit = await tx.audit.list({ subjectId: id, limit: 100 })
    return {
      received,
      numbers: openReceivedNumbers(await accountKeys(services, tx), received),
      pages: await tx.receivedPages.list(id),
      events: events.map(({ type, sequence }) => `${sequence} ${type}`),
      audit: audit.map(({ action }) => action),
    }
  })
}

test('a call that comes in is on record before it is answered, and its pages as they come', async () => {
  const { scope, call, calls } = await receiving()
  const { receptionId, answerer } = await accepted(calls, call)
  assert.equal(answerer.stationId, DID)
  assert.equal((await recordOf(scope, receptionId)).received.status, 'receiving')
  await calls.pageReceived(receptionId, page(1))
  await calls.pageReceived(receptionId, page(2, 3))
  await calls.ended(receptionId, {
    ...END,
    remoteId: 'Zebra 1',
    timeline: [{ atMs: 0, direction: 'received', what: 'TSI' }],
  })
  const { received, numbers, pages, events, audit } = await recordOf(scope, receptionId)
  assert.equal(received.status, 'received')
  assert.deepEqual([received.pageCount, received.badRows, received.ecm, received.code], [2, 3, true, null])
  assert.deepEqual(numbers, { to: DID, from: '+12026669999' })
  assert.deepEqual(
    pages.map(({ number, quality }) => [number, quality]),
    [
      [1, 'clean'],
      [2, 'usable'],
    ],
  )
  assert.deepEqual(events, ['1 inbound.receiving', '2 inbound.received'])
  assert.deepEqual(audit, ['inbound.receiving', 'inbound.received'])
  const framed = await getReceived(services, scope, receptionId, { frames: true })
  assert.deepEqual(framed.timeline?.entries, [{ atMs: 0, direction: 'received', what: 'TSI' }])
  assert.ok(!('timeline' in (await getReceived(services, scope, receptionId))))
  const read = await readReceivedPages(services, scope, ACTOR, receptionId)
  assert.deepEqual(
    read.map(({ page: { t6 } }) => Buffer.from(t6)),
    [Buffer.from(page(1).t6), Buffer.from(page(2).t6)],
  )
  assert.ok((await recordOf(scope, receptionId)).audit.includes('inbound.content.read'))
})

test('a received page lies in the store encrypted', async () => {
  const { scope, call, calls } = await receiving()
  const { receptionId } = await accepted(calls, call)
  await calls.pageReceived(receptionId, page(1))
  const [row] = (await recordOf(scope, receptionId)).pages
  const document = await services.store.asAccount(scope, (tx) => tx.documents.get(row!.documentId))
  const chunks: Uint8Array[] = []
  for await (const chunk of services.blobs.get(document!.blobKey)) chunks.push(chunk)
  assert.ok(!Buffer.concat(chunks).includes(Buffer.from(page(1).t6).subarray(0, 16)))
  await calls.ended(receptionId, END)
})

test('the same page told twice is kept once, and a page cannot skip one', async () => {
  const { scope, call, calls } = await receiving()
  const { receptionId } = await accepted(calls, call)
  await calls.pageReceived(receptionId, page(1))
  await calls.pageReceived(receptionId, page(1))
  await assert.rejects(calls.pageReceived(receptionId, page(3)))
  await calls.ended(receptionId, END)
  assert.equal((await recordOf(scope, receptionId)).pages.length, 1)
})

test('a call that is cut off keeps its pages, and one without pages failed with a reason', async () => {
  const { scope, call, calls } = await receiving()
  const cut = await accepted(calls, call)
  await calls.pageReceived(cut.receptionId, page(1))
  await calls.ended(cut.receptionId, { disposition: 'call_dropped', dataExchanged: 'some' })
  await calls.ended(cut.receptionId, END)
  const kept = await recordOf(scope, cut.receptionId)
  assert.equal(kept.received.status, 'partially_received')
  assert.equal(kept.received.code, 'call.dropped')
  assert.deepEqual(kept.events, ['1 inbound.receiving', '2 inbound.partially_received'])
  const empty = await accepted(calls, call)
  await calls.ended(empty.receptionId, { disposition: 'no_fax_tone', dataExchanged: 'none' })
  const failed = await recordOf(scope, empty.receptionId)
  assert.equal(failed.received.status, 'failed')
  assert.equal(failed.received.message, 'The call did not come from a fax machine.')
  await assert.rejects(readReceivedPages(services, scope, ACTOR, empty.receptionId), {
    code: 'inbound.no_pages',
  })
})

test('a page that comes after the end is refused, so that no MCF is sent for it', async () => {
  const { call, calls } = await receiving()
  const { receptionId } = await accepted(calls, call)
  await calls.ended(receptionId, END)
  await assert.rejects(calls.pageReceived(receptionId, page(1)))
})

test('a reception whose process died is ended by the sweep with the pages it kept, and one that lives is not', async () => {
  const { scope, call, calls } = await receiving()
  const { receptionId } = await accepted(calls, call)
  await calls.pageReceived(receptionId, page(1))
  const leaseUntil = async () => (await recordOf(scope, receptionId)).received.leaseUntil!
  for (let third = 0; third < 9; third += 1) {
    const before = await leaseUntil()
    await services.clock.advance(Math.ceil(services.policy.leaseMs / 3))
    await until(services.clock, async () => (await leaseUntil()) > before)
  }
  assert.equal((await sweep(services)).lostReceptions, 0)
  services.clock.jumpTo(services.clock.now() + services.policy.leaseMs + 1)
  assert.equal((await sweep(services)).lostReceptions, 1)
  const { received, events } = await recordOf(scope, receptionId)
  assert.equal(received.status, 'partially_received')
  assert.equal(received.disposition, 'worker_lost')
  assert.deepEqual(events, ['1 inbound.receiving', '2 inbound.partially_received'])
  await assert.rejects(calls.pageReceived(receptionId, page(2)))
  await calls.ended(receptionId, END)
  assert.equal((await recordOf(scope, receptionId)).received.disposition, 'worker_lost')
})

test('whatever effect a crash hits, each page that was acknowledged is kept exactly once', async () => {
  for (let at = 1; ; at += 1) {
    const { scope, call } = await receiving()
    const plan = { count: 0, at }
    const calls = createInboundCalls(crashingServices(services, plan), 'sip')
    const acknowledged: number[] = []
    let receptionId: string | undefined
    let crashed = true
    try {
      receptionId = (await accepted(calls, call)).receptionId
      for (const number of [1, 2]) {
        await calls.pageReceived(receptionId, page(number))
        acknowledged.push(number)
      }
      await calls.ended(receptionId, END)
      crashed = false
    } catch (error) {
      if (plan.count < at) throw error
    }
    services.clock.jumpTo(services.clock.now() + services.policy.leaseMs + 1)
    await sweep(services)
    const all = await services.store.asAccount(scope, (tx) => tx.received.list({ limit: 10 }))
    assert.ok(all.length <= 1)
    for (const { id, status } of all) {
      assert.notEqual(status, 'receiving')
      const numbers = (await recordOf(scope, id)).pages.map(({ number }) => number)
      assert.deepEqual(numbers.slice(0, acknowledged.length), acknowledged, `crash at effect ${at}`)
      assert.equal(new Set(numbers).size, numbers.length)
    }
    if (!crashed) {
      assert.ok(at > 10, `${at} effects`)
      break
    }
  }
})

test('calls the trunk is not for are refused with the status that says so, and leave no row', async () => {
  const { scope, call, calls, trunkId } = await receiving()
  for (const [wrong, sipStatus, reason] of [
    [{ trunkId: 'trk_nobody' }, 403, 'unknown_trunk'],
    [{ sourceAddress: '198.51.100.1' }, 403, 'source'],
    [{ to: '+12026665555' }, 404, 'number'],
    [{ to: 'anonymous' }, 404, 'number'],
  ] as const) {
    assert.deepEqual(await calls.accept({ ...call, ...wrong }), { kind: 'refuse', sipStatus, reason })
  }
  await changeTrunk(services, scope, ACTOR, trunkId, {
    settings: (before) => ({ ...before, host: 'other.example' }),
    fields: ['host'],
  })
  assert.deepEqual(await calls.accept(call), { kind: 'refuse', sipStatus: 503, reason: 'not_acknowledged' })
  assert.deepEqual(await services.store.asAccount(scope, (tx) => tx.received.list({ limit: 10 })), [])
})

test('a trunk that takes all numbers takes what cannot be read as one, without what no number has', async () => {
  const { scope, call, calls } = await receiving({
    numberFormat: { style: 'e164_no_plus' },
    inbound: { allowedSources: [CARRIER], dids: ['*'] },
  })
  for (const [told, to] of [
    ['12026661234', DID],
    ['fax<script>', 'faxscript'],
  ] as const) {
    const { receptionId } = await accepted(calls, { ...call, to: told, from: undefined })
    await calls.ended(receptionId, END)
    assert.deepEqual((await recordOf(scope, receptionId)).numbers, { to, from: null })
  }
})
