import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInboundCalls } from '../../src/application/receiving/inbound-calls.ts'
import { createWebhook } from '../../src/application/webhooks/create-webhook.ts'
import { deliverWebhook } from '../../src/application/webhooks/deliver-webhook.ts'
import type { HttpOut } from '../../src/ports/http-out.ts'
import { ACTOR } from '../support/services.ts'
import { addTrunk, TrunkLine } from '../support/trunk-line.ts'
import { FORMATS, webhookFixtures } from './webhook-fixture.ts'

const fixture = await webhookFixtures()
const bodies: string[] = []

/** Takes every post and keeps its body. */
const POSTED: HttpOut = {
  check: async () => undefined,
  async request({ body, url }) {
    bodies.push(String(body))
    return { status: 200, headers: {}, body: Buffer.alloc(0), url }
  },
}

test('a received fax is told with its numbers to those who ask for them, and never with more', async () => {
  const { services, scope: test, receiver } = await fixture({ lines: [new TrunkLine()], httpOut: POSTED })
  const scope = { ...test, mode: 'live' as const }
  await receiver.close()
  const wanted = { url: 'https://clinic.example/hook', dialect: 'native', eventTypes: [] } as const
  await createWebhook(services, scope, ACTOR, { ...wanted, includeNumbers: true })
  const inbound = { allowedSources: ['192.0.2.10'], dids: ['*'] }
  const trunkId = await addTrunk(services, scope, { name: 'in', inbound })
  const calls = createInboundCalls(services, 'sip')
  const call = { trunkId, to: '+12026661234', from: '+12026669999', sourceAddress: '192.0.2.10' }
  const decision = await calls.accept(call)
  assert.equal(decision.kind, 'accept')
  if (decision.kind === 'accept')
    await calls.ended(decision.receptionId, { disposition: 'call_dropped', dataExchanged: 'none' })
  for (const { subjectId } of services.queue.enqueued)
    await deliverWebhook(services, FORMATS, scope, subjectId)
  const told = bodies.map((body) => JSON.parse(body))
  assert.deepEqual(
    told.map(({ type, sequence, livemode }) => [type, sequence, livemode]),
    [
      ['inbound.receiving', 1, true],
      ['inbound.failed', 2, true],
    ],
  )
  assert.deepEqual(Object.keys(told[1].data).sort(), [
    'badRows',
    'code',
    'disposition',
    'from',
    'inboundId',
    'jobId',
    'mailboxId',
    'numberId',
    'pageCount',
    'status',
    'to',
    'transactionId',
  ])
  assert.deepEqual([told[1].data.to, told[1].data.from], ['+12026661234', '+12026669999'])
})
