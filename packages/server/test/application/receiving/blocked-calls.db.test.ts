import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listBlocked } from '../../../src/application/inbox/list-blocked.ts'
import { createRoute, type NewRoute } from '../../../src/application/numbers/inbound-routes.ts'
import { createInboundCalls } from '../../../src/application/receiving/inbound-calls.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'
import { addTrunk, TrunkLine } from '../../support/trunk-line.ts'

const services = await createTestServices(await testDatabase(), { lines: [new TrunkLine()] })
after(() => services.close())

const DID = '+12026661234'
const JUNK = '+12026669999'

async function line() {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  const inbound = { allowedSources: ['192.0.2.0/24'], dids: [DID] }
  const trunkId = await addTrunk(services, scope, { name: 'in', inbound })
  const calls = createInboundCalls(services, 'sip')
  const accept = (from: string | undefined, to = DID) =>
    calls.accept({ trunkId, to, from, sourceAddress: '192.0.2.10' })
  const block = (wanted: Partial<NewRoute>) =>
    createRoute(services, scope, ACTOR, {
      name: 'Junk',
      conditions: {},
      actions: { block: { reason: 'advertising' } },
      ...wanted,
    })
  const blocked = async () => (await listBlocked(services, scope, { limit: 10 })).calls
  const received = () => services.store.asAccount(scope, (tx) => tx.received.list({ limit: 10 }))
  return { scope, accept, block, blocked, received }
}

test('a blocked caller hears 603, leaves no fax, and is on record; others are taken', async () => {
  const { accept, block, blocked, received } = await line()
  await block({ conditions: { from: [JUNK] } })
  assert.deepEqual(await accept(JUNK), { kind: 'refuse', sipStatus: 603, reason: 'blocked' })
  assert.deepEqual(await received(), [])
  assert.deepEqual(
    (await blocked()).map(({ from, reason }) => [from, reason]),
    [[JUNK, 'advertising']],
  )
  assert.equal((await accept('+12026660000')).kind, 'accept')
  assert.equal((await blocked()).length, 1)
  assert.match(services.logText(), /"reason":"blocked"/)
  assert.doesNotMatch(services.logText(), /2026669999/)
})

test('who withholds the number is refused where that is the rule, and kept without a caller', async () => {
  const { accept, block, blocked } = await line()
  await block({ conditions: { anonymous: true } })
  for (const from of [undefined, 'anonymous']) assert.equal((await accept(from)).kind, 'refuse')
  const callers = (await blocked()).map(({ from }) => from)
  assert.deepEqual(new Set(callers), new Set(['anonymous', null]))
  assert.equal((await accept(JUNK)).kind, 'accept')
})

test('a call to a number that is not answered is no blocked call', async () => {
  const { accept, block, blocked } = await line()
  await block({ conditions: { from: ['+1*'] } })
  const refused = await accept(JUNK, '+12026665555')
  assert.deepEqual([refused.kind, 'reason' in refused && refused.reason], ['refuse', 'number'])
  assert.deepEqual(await blocked(), [])
})

test('a block for certain hours takes the call outside them', async () => {
  const { accept, block } = await line()
  // The clock of the tests stands at Friday, 2 January 2026, 12:00 UTC: 07:00 in New York.
  const timeZone = 'America/New_York'
  const days = ['fri'] as const
  await block({ conditions: { schedule: { timeZone, days, from: '08:00', to: '17:00' } } })
  assert.equal((await accept(JUNK)).kind, 'accept')
  services.clock.jumpTo(services.clock.now() + 3_600_000)
  assert.equal((await accept(JUNK)).kind, 'refuse')
})

test('a rule of another account blocks nothing here', async () => {
  const { accept } = await line()
  const other = await line()
  await other.block({ conditions: { from: ['+1*'] } })
  assert.equal((await accept(JUNK)).kind, 'accept')
  assert.equal((await other.accept(JUNK)).kind, 'refuse')
})
