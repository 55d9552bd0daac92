import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { failureOf } from '../../../src/adapters/ifax/problem-codes.ts'
import { ifaxFormat } from '../../../src/adapters/ifax/webhook-format.ts'
import { changeAssociate, endAssociate } from '../../../src/application/associates/associates.ts'
import { recordEvent } from '../../../src/application/record-change.ts'
import type { Services } from '../../../src/application/services.ts'
import { createTrunkDirectory } from '../../../src/application/trunks/trunk-directory.ts'
import { getTrunk } from '../../../src/application/trunks/trunks.ts'
import { createWebhook, type NewWebhook } from '../../../src/application/webhooks/create-webhook.ts'
import { deliverWebhook } from '../../../src/application/webhooks/deliver-webhook.ts'
import { nativeFormat } from '../../../src/application/webhooks/webhook-format.ts'
import { Problem } from '../../../src/domain/problem/problem.ts'
import { faultOf } from '../../../src/domain/trunks/trunk.ts'
import type { HttpOut } from '../../../src/ports/http-out.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { addAssociate, cover, inDays } from '../../support/associates.ts'
import { testDatabase } from '../../support/database.ts'
import { recordOf, sendTo } from '../../support/faxes.ts'
import { ACTOR, createTestServices, TEST_POLICY } from '../../support/services.ts'
import { addTrunk, TrunkLine } from '../../support/trunk-line.ts'

const posted: string[] = []
const httpOut: HttpOut = {
  async request({ url }) {
    posted.push(url)
    return { status: 200, headers: {}, body: Buffer.alloc(0), url }
  },
  check: async () => undefined,
}
const line = new TrunkLine()
const services = await createTestServices(await testDatabase(), {
  lines: [line],
  httpOut,
  policy: { ...TEST_POLICY, baaGate: 'enforce' },
})
after(() => services.close())

beforeEach(() => {
  services.queue.waiting.length = 0
  line.log.length = 0
  posted.length = 0
})

/** Its faxes wait for no person. */
async function liveAccount(): Promise<Scope> {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  const misdirection = { live: { firstSend: 'allow', nearMiss: 'allow' } } as const
  await services.store.asAccount(scope, (tx) => tx.accounts.updateSettings({ misdirection }))
  return scope
}

let serial = 0

function send(scope: Scope, by: Services = services) {
  serial += 1
  services.clock.jumpTo(services.clock.now() + 1_000)
  return sendTo({ ...services, ...by }, scope, 0, { to: `+1202666${String(serial).padStart(4, '0')}` })
}

const needsAgreement = (error: unknown) => error instanceof Problem && error.code === 'auth.baa_required'

test('a trunk without an agreement takes no fax and says so, and one with it does', async () => {
  const scope = await liveAccount()
  const trunkId = await addTrunk(services, scope, { name: 'bare' })
  assert.equal(faultOf(await getTrunk(services, scope, trunkId)), 'no_agreement')
  await assert.rejects(send(scope), needsAgreement)
  const associateId = await addAssociate(services, scope, { trunkIds: [trunkId] })
  await assert.rejects(send(scope), needsAgreement)
  const exception = { reason: 'A conduit (78 FR 5571)', until: inDays(services, 3) }
  await changeAssociate(services, scope, ACTOR, associateId, { exception })
  assert.equal(faultOf(await getTrunk(services, scope, trunkId)), undefined)
  const { id } = await send(scope)
  await services.runDue()
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
  await endAssociate(services, scope, ACTOR, associateId)
  await assert.rejects(send(scope), needsAgreement)
})

test('a fax that was accepted waits when the agreement ends, says why, and goes once there is another', async () => {
  const scope = await liveAccount()
  const trunkId = await addTrunk(services, scope, { name: 'lapsing' })
  const associateId = await cover(services, scope, { trunkIds: [trunkId] })
  const { id } = await send(scope)
  await endAssociate(services, scope, ACTOR, associateId)
  await services.runDue()
  const held = (await recordOf(services, scope, id)).fax
  assert.equal(held.code, 'auth.baa_required')
  assert.equal(held.endedAt, null)
  assert.deepEqual(line.log, [])
  await cover(services, scope, { trunkIds: [trunkId] })
  await services.runFor(120_000)
  assert.equal((await recordOf(services, scope, id)).fax.status, 'delivered')
})

test('with two trunks the fax goes out on the covered one', async () => {
  const scope = await liveAccount()
  await addTrunk(services, scope, { name: 'bare', order: 1 })
  const coveredId = await addTrunk(services, scope, { name: 'covered', order: 2 })
  await cover(services, scope, { trunkIds: [coveredId] })
  await send(scope)
  await services.runDue()
  assert.deepEqual(line.log, ['covered'])
})

test('an uncovered trunk goes on receiving: a call refused might be a fax its sender loses', async () => {
  const scope = await liveAccount()
  const trunkId = await addTrunk(services, scope, { name: 'bare' })
  const listed = await createTrunkDirectory(services).list()
  assert.ok(listed.some(({ id }) => id === trunkId))
})

test('an iFax client reads the refusal as the guide has it', () => {
  assert.equal(failureOf(new Problem('auth.baa_required'), 'req_1').code, -2074)
})

test('under "warn" the fax goes and the log says so; a trunk on this machine asks for nothing', async () => {
  const scope = await liveAccount()
  const trunkId = await addTrunk(services, scope, { name: 'bare' })
  const warning = { ...services, policy: { ...services.policy, baaGate: 'warn' as const } }
  await send(scope, warning)
  assert.match(services.logText(), new RegExp(`${trunkId}.*associate\\.missing`))
  const local = await liveAccount()
  const localId = await addTrunk(services, local, { name: 'here', host: '127.0.0.1' })
  assert.equal(faultOf(await getTrunk(services, local, localId)), undefined)
  const proxied = { name: 'out', host: '127.0.0.1', outboundProxy: 'proxy.carrier.example:5060' }
  const proxiedId = await addTrunk(services, local, proxied)
  assert.equal(faultOf(await getTrunk(services, local, proxiedId)), 'no_agreement')
})

const HOOK: NewWebhook = { url: 'https://hooks.example/fax', dialect: 'native', eventTypes: [] }

test('a webhook that would carry numbers or pages is refused without an agreement; a thin one is not', async () => {
  const scope = await liveAccount()
  for (const more of [
    { includeNumbers: true },
    { dialect: 'ifax', eventTypes: ['fax.delivered'] },
    { dialect: 'ifax', multipart: true },
  ] as const) {
    await assert.rejects(createWebhook(services, scope, ACTOR, { ...HOOK, ...more }), needsAgreement)
  }
  await createWebhook(services, scope, ACTOR, HOOK)
  await cover(services, scope, { webhookHosts: ['Hooks.Example'] })
  await createWebhook(services, scope, ACTOR, { ...HOOK, includeNumbers: true })
})

test('posts with numbers are kept back once the agreement has ended, visibly, and go when there is one again', async () => {
  const scope = await liveAccount()
  const associateId = await cover(services, scope, { webhookHosts: ['hooks.example'] })
  const { webhook } = await createWebhook(services, scope, ACTOR, { ...HOOK, includeNumbers: true })
  const thin = await createWebhook(services, scope, ACTOR, { ...HOOK, url: 'https://thin.example/' })
  await endAssociate(services, scope, ACTOR, associateId)
  await services.store.asAccount(scope, (tx) =>
    recordEvent(services, tx, {
      type: 'fax.delivered',
      subjectId: null,
      data: {},
      at: new Date(services.clock.now()),
    }),
  )
  const deliver = async (webhookId: string) => {
    const [row] = await services.store.asAccount(scope, (tx) =>
      tx.webhooks.listDeliveries(webhookId, undefined, 1),
    )
    await deliverWebhook(services, { native: nativeFormat, ifax: ifaxFormat }, scope, row!.id)
    return services.store.asAccount(scope, async (tx) => ({
      row: await tx.webhooks.getDelivery(row!.id),
      attempts: await tx.webhooks.deliveryAttempts(row!.id),
    }))
  }
  const kept = await deliver(webhook.id)
  assert.equal(kept.attempts[0]?.errorCode, 'baa_required')
  assert.equal(kept.row?.status, 'pending')
  await deliver(thin.webhook.id)
  assert.deepEqual(posted, ['https://thin.example/'])
  await cover(services, scope, { webhookHosts: ['hooks.example'] })
  services.clock.jumpTo(kept.row!.nextAttemptAt!.getTime())
  assert.equal((await deliver(webhook.id)).row?.status, 'delivered')
})
