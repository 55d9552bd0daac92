import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { advanceFax } from '../../../src/application/attempts/advance-fax.ts'
import { listAttempts } from '../../../src/application/sending/list-attempts.ts'
import type { SendFaxRequest } from '../../../src/application/sending/new-fax.ts'
import { resendFax } from '../../../src/application/sending/resend-fax.ts'
import { changeTrunk } from '../../../src/application/trunks/trunks.ts'
import type { CallEnd } from '../../../src/domain/fax/disposition.ts'
import { MEMORY_MS } from '../../../src/domain/trunks/routing.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { addLiveAccount } from '../../support/any-number.ts'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { ACTOR, createTestServices, until, whileTimePasses } from '../../support/services.ts'
import { addTrunk, DELIVERED, TrunkLine } from '../../support/trunk-line.ts'

const line = new TrunkLine()
const services = await createTestServices(await testDatabase(), { lines: [line] })
after(() => services.close())
const idle = new AbortController().signal

beforeEach(() => {
  services.queue.waiting.length = 0
  line.log.length = 0
  line.calls.length = 0
})

let serial = 0

const liveAccount = () => addLiveAccount(services)

/** Sends to a number of its own, so that one test's calls teach another nothing. */
function send(scope: Scope, request: Partial<SendFaxRequest> & { readonly pages?: number } = {}) {
  serial += 1
  // So long after the call before that no trunk is still pacing.
  services.clock.jumpTo(services.clock.now() + 1_000)
  const to = `+1202666${String(serial).padStart(4, '0')}`
  return sendTo(services, scope, 0, { to, ...request })
}

const ended = (disposition: CallEnd['disposition'], more: Partial<CallEnd> = {}): CallEnd => ({
  disposition,
  dataExchanged: 'none',
  ...more,
})

/** One trunk after the other, in this order. */
async function addTrunks(scope: Scope, ...names: string[]): Promise<string[]> {
  const ids = []
  for (const [order, name] of names.entries()) ids.push(await addTrunk(services, scope, { name, order }))
  return ids
}

test('a live fax goes out on the first trunk, with the number in its format and the secret in the clear', async () => {
  const scope = await liveAccount()
  const settings = {
    name: 'lone',
    registration: 'register',
    username: 'clinic',
    numberFormat: { style: 'digits', prefix: '9' },
  } as const
  const trunkId = await addTrunk(services, scope, settings, { secret: 'zebra-password' })
  const { id } = await send(scope, { to: '+12026660999', from: '+12026660111' })
  await services.runDue()
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.equal(attempts[0]?.line, 'sip')
  assert.equal(attempts[0]?.trunkId, trunkId)
  const { trunk } = line.calls[0]!
  assert.equal(trunk?.dialledNumber, '912026660999')
  assert.equal(trunk?.callerNumber, '912026660111')
  assert.equal(trunk?.secret, 'zebra-password')
  assert.ok(!services.logText().includes('zebra-password'))
})

test('when a carrier is down the next trunk takes over at once, and each call is an attempt of its own', async () => {
  const scope = await liveAccount()
  const [first, second] = await addTrunks(scope, 'down', 'up')
  line.script('down', ended('carrier_down', { sipStatus: 503 }))
  const { id } = await send(scope)
  await services.runDue()
  const { fax, attempts, events } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'delivered')
  assert.deepEqual(
    attempts.map(({ trunkId, failedOver, disposition }) => [trunkId, failedOver, disposition]),
    [
      [first, true, 'carrier_down'],
      [second, false, 'delivered'],
    ],
  )
  const told = events.map(({ type }) => type)
  assert.deepEqual(told.slice(-5), [
    'fax.sending',
    'fax.attempt.failed',
    'fax.retrying',
    'fax.sending',
    'fax.delivered',
  ])
  const retrying = events.find(({ type }) => type === 'fax.retrying')
  const nextAttemptAt = new Date(String(retrying?.data.nextAttemptAt))
  assert.ok(nextAttemptAt <= retrying!.createdAt, 'at once')
})

test('when all trunks fail the round ends and the next one waits for the policy’s delay', async () => {
  const scope = await liveAccount()
  await addTrunks(scope, 'down_a', 'down_b')
  line.script('down_a', ended('carrier_down'))
  line.script('down_b', ended('t38_refused', { sipStatus: 488 }))
  const { id } = await send(scope)
  await services.runDue()
  assert.deepEqual(line.log, ['down_a', 'down_b'])
  const { fax } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'retrying')
  assert.equal(fax.code, 'call.t38_refused')
  assert.ok(fax.nextActionAt!.getTime() - services.clock.now() > 200_000)
  line.script('down_a', DELIVERED)
  await services.runFor(400_000)
  assert.deepEqual(line.log, ['down_a', 'down_b', 'down_a'])
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('a busy number is not tried on another trunk', async () => {
  const scope = await liveAccount()
  await addTrunks(scope, 'busy_a', 'busy_b')
  line.script('busy_a', ended('busy', { sipStatus: 486 }))
  const { id } = await send(scope)
  await services.runDue()
  assert.deepEqual(line.log, ['busy_a'])
  assert.equal((await recordOf(services, scope, id)).fax.status, 'retrying')
})

test('no other trunk takes over once fax data was on the line, whatever the line calls the end', async () => {
  const scope = await liveAccount()
  await addTrunks(scope, 'dies', 'spare')
  line.script('dies', ended('carrier_down', { dataExchanged: 'some' }))
  const { id } = await send(scope, { pages: 2 })
  await services.runDue()
  assert.deepEqual(line.log, ['dies'])
  const { attempts } = await recordOf(services, scope, id)
  assert.equal(attempts[0]?.failedOver, false)
})

test('a trunk that refused T.38 for a number is tried last for that number, and for that number alone', async () => {
  const scope = await liveAccount()
  await addTrunks(scope, 'voice', 'fax')
  line.script('voice', ended('t38_refused'), DELIVERED)
  const to = '+12026667001'
  await send(scope, { to })
  await services.runDue()
  await send(scope, { to })
  await services.runDue()
  assert.deepEqual(line.log, ['voice', 'fax', 'fax'])
  assert.deepEqual(line.calls[2]?.trunk?.learned, { t38Mode: 'wait', ecm: true, bitRate: 14_400 })
  await send(scope)
  await services.runDue()
  assert.equal(line.log[3], 'voice')
  await services.clock.advance(MEMORY_MS)
  await send(scope, { to })
  await services.runDue()
  assert.equal(line.log[4], 'voice')
})

test('a full trunk is passed over, and a fax that finds all full is called when a call ends', async () => {
  const scope = await liveAccount()
  const narrow = await addTrunk(services, scope, { name: 'narrow', order: 1, concurrency: 1 })
  await addTrunk(services, scope, { name: 'wide', order: 2, concurrency: 1 })
  const releaseNarrow = line.hold('narrow')
  const releaseWide = line.hold('wide')
  const faxes = [await send(scope), await send(scope), await send(scope, { priority: 2 }), await send(scope)]
  const calls = faxes.slice(0, 2).map(({ id }) => advanceFax(services, { scope, faxId: id }, idle))
  await until(services.clock, async () => line.log.length === 2)
  assert.deepEqual(line.log.toSorted(), ['narrow', 'wide'])
  for (const { id } of faxes.slice(2)) {
    await advanceFax(services, { scope, faxId: id }, idle)
    const { fax, attempts } = await recordOf(services, scope, id)
    assert.equal(fax.status, 'queued')
    assert.equal(fax.waitingTrunks?.length, 2)
    assert.equal(attempts.length, 0)
  }
  services.queue.waiting.length = 0
  releaseNarrow()
  const { attempts } = await recordOf(services, scope, faxes[0]!.id)
  const onNarrow = attempts[0]?.trunkId === narrow ? calls[0] : calls[1]
  await whileTimePasses(services.clock, onNarrow!)
  assert.deepEqual(
    services.queue.waiting.map(({ subjectId }) => subjectId),
    [faxes[3]!.id],
    'the higher priority is woken',
  )
  await services.runDue()
  assert.equal((await recordOf(services, scope, faxes[3]!.id)).fax.status, 'delivered')
  assert.equal((await recordOf(services, scope, faxes[2]!.id)).fax.status, 'delivered')
  releaseWide()
  await Promise.all(calls)
})

test('a trunk begins no more calls a second than it may', async () => {
  const scope = await liveAccount()
  const trunkId = await addTrunk(services, scope, { name: 'slow', concurrency: 10, callsPerSecond: 0.5 })
  const faxes = [await send(scope), await send(scope), await send(scope)]
  await services.runFor(60_000)
  for (const { id } of faxes) assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  const now = services.clock.now()
  const take = (faxId: string, atMs: number) =>
    services.store.asSystem((tx) =>
      tx.trunkCalls.take({
        ...{ trunkId, faxId, places: 10, perSecond: 0.5 },
        now: new Date(atMs),
        until: new Date(atMs + 20_000),
      }),
    )
  assert.deepEqual(await take('fax_a', now + 60_000), { kind: 'taken' })
  assert.deepEqual(await take('fax_b', now + 61_999), { kind: 'paced', at: new Date(now + 62_000) })
  assert.deepEqual(await take('fax_b', now + 62_000), { kind: 'taken' })
})

test('a fax whose only trunk is switched off waits and says why, and goes out when it is back', async () => {
  const scope = await liveAccount()
  const trunkId = await addTrunk(services, scope, { name: 'switch' })
  const { id } = await send(scope)
  const set = (enabled: boolean) =>
    changeTrunk(services, scope, ACTOR, trunkId, {
      settings: (before) => ({ ...before, enabled }),
      fields: ['enabled'],
    })
  await set(false)
  await services.runDue()
  const { fax, attempts } = await recordOf(services, scope, id)
  assert.equal(fax.status, 'queued')
  assert.equal(fax.code, 'trunk.none_usable')
  assert.equal(attempts.length, 0)
  await set(true)
  await services.runFor(120_000)
  const after = await recordOf(services, scope, id)
  assert.equal(after.fax.status, 'delivered')
  assert.equal(after.fax.code, null)
})

test('a fax that no trunk may carry is refused when it is handed in, and so is its resend', async () => {
  const scope = await liveAccount()
  await assert.rejects(send(scope), { code: 'destination.not_allowed', field: 'to' })
  const trunkId = await addTrunk(services, scope, { name: 'new' }, { acknowledged: false })
  await assert.rejects(send(scope), { code: 'trunk.not_acknowledged', field: 'to' })
  await addTrunk(services, scope, { name: 'abroad', prefixes: { include: ['+49'], exclude: [] } })
  await assert.rejects(send(scope), { code: 'trunk.not_acknowledged' })
  const { id } = await send(scope, { to: '+493012345678' })
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  await changeTrunk(services, scope, ACTOR, trunkId, {
    settings: (before) => ({ ...before, enabled: false }),
    fields: ['enabled'],
  })
  await assert.rejects(send(scope), { code: 'destination.not_allowed' })
  const other = await services.store.asAccount(scope, (tx) => tx.trunks.list())
  for (const { id } of other)
    await changeTrunk(services, scope, ACTOR, id, {
      settings: (before) => ({ ...before, enabled: false }),
      fields: ['enabled'],
    })
  await assert.rejects(resendFax(services, scope, ACTOR, id, { allowDuplicate: true }), {
    code: 'destination.not_allowed',
  })
})

test('the frames of a call are kept with it, sealed, and read only when asked for', async () => {
  const scope = await liveAccount()
  await addTrunk(services, scope, { name: 'framed' })
  const timeline = [
    { atMs: 0, direction: 'sent', what: 'INVITE' },
    { atMs: 4_210, direction: 'received', what: 'DIS', detail: { ecm: true, bitRate: 14_400 } },
  ] as const
  line.script('framed', {
    ...DELIVERED,
    timeline,
    remoteId: '+1 202 Zebra',
    remoteNsf: 'ad0055',
    answeredAfterMs: 3_100,
  })
  const { id } = await send(scope)
  await services.runDue()
  const [framed] = await listAttempts(services, scope, id, { frames: true })
  assert.deepEqual(framed?.timeline, { entries: timeline, cut: 0 })
  assert.equal(framed?.remoteNsf, 'ad0055')
  assert.equal(framed?.trunk?.name, 'framed')
  assert.equal(framed?.attempt.answeredAfterMs, 3_100)
  const [plain] = await listAttempts(services, scope, id)
  assert.ok(!('timeline' in plain!))
  const sealed = await services.store.asAccount(scope, (tx) => tx.attempts.timelines(id))
  assert.equal(sealed.size, 1)
  for (const bytes of sealed.values()) assert.ok(!bytes.includes('DIS'))
})

test('a call whose worker died gives its trunk back', async () => {
  const scope = await liveAccount()
  const trunkId = await addTrunk(services, scope, { name: 'lost', concurrency: 1 })
  const { id } = await send(scope)
  line.hold('lost')
  void advanceFax(services, { scope, faxId: id }, idle)
  await until(services.clock, async () => line.log.length === 1)
  const wanted = { trunkId, faxId: 'fax_other', places: 1, perSecond: 100 }
  const take = () => {
    const now = services.clock.now()
    return services.store.asSystem((tx) =>
      tx.trunkCalls.take({ ...wanted, now: new Date(now), until: new Date(now + 20_000) }),
    )
  }
  assert.equal((await take()).kind, 'full')
  // The process is gone: nobody renews the lease.
  services.clock.jumpTo(services.clock.now() + services.policy.leaseMs + 1)
  assert.equal((await take()).kind, 'taken')
})

test('a trunk whose secret does not open any more is passed over', async () => {
  const scope = await liveAccount()
  const login = { registration: 'register', username: 'clinic' } as const
  const broken = await addTrunk(services, scope, { name: 'broken', order: 1, ...login }, { secret: 'zebra' })
  await addTrunk(services, scope, { name: 'whole', order: 2 })
  await services.store.asAccount(scope, (tx) => tx.trunks.update(broken, { secretSealed: Buffer.alloc(40) }))
  const { id } = await send(scope)
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  assert.deepEqual(line.log, ['whole'])
})
