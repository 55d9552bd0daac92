import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { updateAccount } from '../../../src/application/account/update-account.ts'
import { stageDocument } from '../../../src/application/documents/intake-document.ts'
import { buyNumber } from '../../../src/application/numbers/number-orders.ts'
import { releaseNumber } from '../../../src/application/numbers/number-release.ts'
import { type NumberChange, updateNumber } from '../../../src/application/numbers/numbers.ts'
import { sendFax } from '../../../src/application/sending/send-fax.ts'
import type { AccountSettings } from '../../../src/ports/store/account-store.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { ANY_NUMBER } from '../../support/any-number.ts'
import { testDatabase } from '../../support/database.ts'
import { markedPdf } from '../../support/marked-pages.ts'
import { ACTOR, createTestServices } from '../../support/services.ts'
import { ShopCarrier } from '../../support/shop-carrier.ts'
import { addTrunk, TrunkLine } from '../../support/trunk-line.ts'

const line = new TrunkLine()
const shop = new ShopCarrier()
const services = await createTestServices(await testDatabase(), { lines: [line], carriers: [shop.source] })
after(() => services.close())

const OWN = '+12026660111'
const SHOWN = '+12026660100'
const PDF = markedPdf(1, 'the same page each time')
const NOON = new Date('2030-01-31T12:00:00Z').getTime()
let day = 0

interface Sender {
  readonly number?: NumberChange
  readonly account?: Partial<AccountSettings>
  readonly from?: string
  readonly release?: boolean
}

/** What the line is told of the first call of a fax that an account with such a number sends. */
async function callOf({ number, account = {}, from = OWN, release }: Sender) {
  const scope: Scope = { ...(await services.addAccount()), mode: 'live' }
  await updateAccount(services, scope, ACTOR, { timeZone: 'UTC', ...ANY_NUMBER, ...account })
  await addTrunk(services, scope, { name: 'T' })
  shop.held.clear()
  if (number) {
    const { id } = await buyNumber(services, scope, ACTOR, OWN)
    await updateNumber(services, scope, ACTOR, id, number)
    if (release) await releaseNumber(services, scope, ACTOR, id)
  }
  const staged = await stageDocument(services, scope, PDF, { field: 'documents[0]', fileName: 'zebra.pdf' })
  // The header line has the minute on it.
  services.clock.jumpTo(NOON + day * 86_400_000)
  day += 1
  line.calls.length = 0
  const to = `+1202777${String(day).padStart(4, '0')}`
  await sendFax(services, scope, ACTOR, { to, from, documents: [{ kind: 'staged', staged }] })
  await services.runDue()
  const call = line.calls[0]
  assert.ok(call)
  return call
}

test('a fax from a number of the account’s shows the caller id of that number, and the number as its TSI', async () => {
  const call = await callOf({ number: { callerId: SHOWN } })
  assert.deepEqual([call.from, call.trunk?.callerNumber, call.stationId], [SHOWN, SHOWN, OWN])
})

test('without a caller id of its own the number itself is shown', async () => {
  const call = await callOf({ number: { label: 'Front desk' }, account: { callerId: SHOWN } })
  assert.deepEqual([call.from, call.trunk?.callerNumber, call.stationId], [OWN, OWN, OWN])
})

test('the station id of the account goes before the number', async () => {
  const call = await callOf({ number: { callerId: SHOWN }, account: { stationId: '+1 202 666 0199' } })
  assert.equal(call.stationId, '+1 202 666 0199')
})

test('a number that is not the account’s, or no longer, changes nothing', async () => {
  for (const sender of [{}, { number: { callerId: SHOWN }, release: true }]) {
    const call = await callOf(sender)
    assert.deepEqual([call.from, call.trunk?.callerNumber, call.stationId], [OWN, OWN, OWN])
  }
})

test('the header line has the text of the number, or else the account’s', async () => {
  const pageOf = async (sender: Sender) => {
    // The same day for all: the line differs in its text alone.
    day = 100
    const { pages } = await callOf(sender)
    return Buffer.from(
      JSON.stringify(pages[0], (_, value) =>
        ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value,
      ),
    )
  }
  const radiology = { headerText: 'Zebra Radiology' }
  const expected = await pageOf({ account: radiology })
  assert.ok((await pageOf({ number: radiology, account: { headerText: 'Zebra Clinic' } })).equals(expected))
  assert.ok((await pageOf({ number: { label: 'x' }, account: radiology })).equals(expected))
  assert.ok(!(await pageOf({ account: { headerText: 'Zebra Clinic' } })).equals(expected))
})
