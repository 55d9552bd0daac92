import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { NUMBERS_MAX } from '../../../src/application/numbers/number-orders.ts'
import { releaseNumber } from '../../../src/application/numbers/number-release.ts'
import { updateNumber } from '../../../src/application/numbers/numbers.ts'
import { createInboundCalls } from '../../../src/application/receiving/inbound-calls.ts'
import { changeTrunk, deleteTrunk } from '../../../src/application/trunks/trunks.ts'
import { PLAIN_NUMBER } from '../../../src/domain/numbers/phone-number.ts'
import type { NewNumber } from '../../../src/ports/store/number-store.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'
import { addTrunk, TrunkLine } from '../../support/trunk-line.ts'

const services = await createTestServices(await testDatabase(), { lines: [new TrunkLine()] })
after(() => services.close())
const calls = createInboundCalls(services, 'sip')

const [A, B, C] = ['+12026660001', '+12026660002', '+12026660003']
const CARRIER = '192.0.2.10'

async function liveAccount(): Promise<Scope> {
  return { ...(await services.addAccount()), mode: 'live' }
}

const inbound = (dids: readonly string[]) => ({ allowedSources: ['192.0.2.0/24'], dids })

function trunk(scope: Scope, ...dids: string[]) {
  return addTrunk(services, scope, { name: 'T', inbound: inbound(dids) })
}

function setDids(scope: Scope, trunkId: string, ...dids: string[]) {
  return changeTrunk(services, scope, ACTOR, trunkId, {
    settings: (before) => ({ ...before, inbound: inbound(dids) }),
    fields: ['inbound'],
  })
}

/** What the account has now: number, carrier and trunk. */
async function owned(scope: Scope) {
  const rows = await services.store.asAccount(scope, (tx) => tx.numbers.list({ limit: 100 }))
  return Object.fromEntries(rows.map((row) => [row.number, row]))
}

async function call(trunkId: string, to: string) {
  const decision = await calls.accept({ trunkId, to, from: '+12026669999', sourceAddress: CARRIER })
  return decision.kind === 'accept' ? decision.receptionId : assert.fail(decision.reason)
}

function received(scope: Scope, id: string) {
  return services.store.asAccount(scope, (tx) => tx.received.get(id))
}

const bought: Omit<NewNumber, 'id' | 'number'> = {
  carrier: 'ifax',
  carrierRef: { shelf: 1 },
  trunkId: null,
  mailboxId: null,
  settings: PLAIN_NUMBER,
  createdAt: new Date(0),
  updatedAt: new Date(0),
}

test('the numbers a trunk names are the account’s, and no longer when it names them no more', async () => {
  const scope = await liveAccount()
  const trunkId = await trunk(scope, A!, B!)
  const first = await owned(scope)
  assert.deepEqual(Object.keys(first).sort(), [A, B])
  assert.deepEqual([first[A!]!.carrier, first[A!]!.trunkId], ['sip', trunkId])
  await updateNumber(services, scope, ACTOR, first[B!]!.id, { label: 'Radiology' })
  await setDids(scope, trunkId, B!, C!)
  const second = await owned(scope)
  assert.deepEqual(Object.keys(second).sort(), [B, C])
  assert.deepEqual([second[B!]!.id, second[B!]!.settings.label], [first[B!]!.id, 'Radiology'])
  await setDids(scope, trunkId, A!, B!, C!)
  const third = await owned(scope)
  assert.notEqual(third[A!]!.id, first[A!]!.id, 'one released before comes back as a new row')
  const audit = await services.store.asAccount(scope, (tx) => tx.audit.list({ subjectId: trunkId, limit: 9 }))
  const counts = audit
    .filter(({ action }) => action === 'trunk.changed')
    .map(({ detail }) => [detail.numbersAdded, detail.numbersReleased])
  assert.deepEqual(counts.toSorted(), [
    [1, 0],
    [1, 1],
  ])
})

test('a trunk that is deleted takes its numbers with it, but for those another trunk names', async () => {
  const scope = await liveAccount()
  const first = await trunk(scope, A!, B!)
  const second = await trunk(scope, B!, C!)
  const before = await owned(scope)
  assert.deepEqual([before[B!]!.trunkId, before[C!]!.trunkId], [first, second])
  await deleteTrunk(services, scope, ACTOR, first)
  const after = await owned(scope)
  assert.deepEqual(Object.keys(after).sort(), [B, C])
  assert.deepEqual([after[B!]!.id, after[B!]!.trunkId], [before[B!]!.id, second])
})

test('a number bought from a carrier stays as it is, whatever trunks name', async () => {
  const scope = await liveAccount()
  const id = services.random.id('num')
  await services.store.asAccount(scope, (tx) => tx.numbers.insert({ ...bought, id, number: A as never }))
  const trunkId = await trunk(scope, A!)
  assert.deepEqual([(await owned(scope))[A!]!.id, (await owned(scope))[A!]!.carrier], [id, 'ifax'])
  await deleteTrunk(services, scope, ACTOR, trunkId)
  assert.equal((await owned(scope))[A!]!.id, id)
})

test('a trunk that takes any number brings those that are called, once, and keeps them', async () => {
  const scope = await liveAccount()
  const trunkId = await trunk(scope, '*')
  assert.deepEqual(await owned(scope), {})
  const [first, second] = [await call(trunkId, A!), await call(trunkId, A!)]
  const { [A!]: number, ...others } = await owned(scope)
  assert.deepEqual([number!.trunkId, others], [trunkId, {}])
  for (const id of [first, second]) assert.equal((await received(scope, id))?.numberId, number!.id)
  await setDids(scope, trunkId, '*', B!)
  assert.deepEqual(Object.keys(await owned(scope)).sort(), [A, B])
  await setDids(scope, trunkId, B!)
  assert.deepEqual(Object.keys(await owned(scope)), [B])
})

test('what is called and is no E.164 number is answered and becomes no number', async () => {
  const scope = await liveAccount()
  const trunkId = await trunk(scope, '*')
  const id = await call(trunkId, 'fax-desk')
  assert.equal((await received(scope, id))?.numberId, null)
  assert.deepEqual(await owned(scope), {})
})

test('callers make no more numbers than an account may have', async () => {
  const scope = await liveAccount()
  const trunkId = await trunk(scope, '*')
  const numbers = Array.from({ length: NUMBERS_MAX }, (_, index) => ({
    ...bought,
    id: services.random.id('num'),
    number: `+4930${String(index).padStart(7, '0')}` as never,
  }))
  const added = await services.store.asAccount(scope, (tx) => tx.numbers.insertMany(numbers))
  assert.equal(added, NUMBERS_MAX)
  const id = await call(trunkId, A!)
  assert.equal((await received(scope, id))?.numberId, null)
})

test('calls find the mailbox of the number', async () => {
  const scope = await liveAccount()
  const trunkId = await trunk(scope, A!)
  const mailbox = await services.store.asAccount(scope, (tx) =>
    tx.mailboxes.insert({
      id: services.random.id('mbx'),
      isDefault: false,
      name: 'Radiology',
      department: null,
      owner: 'admin',
      escalateTo: null,
      urgentMinutes: 60,
      normalMinutes: 1440,
      notifySealed: null,
      createdAt: new Date(),
      updatedAt: new Date(),
    }),
  )
  await updateNumber(services, scope, ACTOR, (await owned(scope))[A!]!.id, { mailboxId: mailbox!.id })
  assert.equal((await received(scope, await call(trunkId, A!)))?.mailboxId, mailbox!.id)
})

test('a number that a trunk names is not released by itself; one that only calls brought is', async () => {
  const scope = await liveAccount()
  const trunkId = await trunk(scope, A!, '*')
  await call(trunkId, B!)
  const numbers = await owned(scope)
  await assert.rejects(
    releaseNumber(services, scope, ACTOR, numbers[A!]!.id),
    ({ code }: { code: string } & Error) => code === 'number.of_trunk',
  )
  await releaseNumber(services, scope, ACTOR, numbers[B!]!.id)
  assert.deepEqual(Object.keys(await owned(scope)), [A])
})

test('faxes of a number that was released still tell which it was', async () => {
  const scope = await liveAccount()
  const trunkId = await trunk(scope, A!)
  const id = await call(trunkId, A!)
  const before = (await received(scope, id))?.numberId
  await deleteTrunk(services, scope, ACTOR, trunkId)
  assert.ok(before)
  assert.equal((await received(scope, id))?.numberId, before)
})
