import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { accountKeys } from '../../../src/application/account-keys.ts'
import { returnCodeOf } from '../../../src/application/faxes/return-codes.ts'
import { examineReceived } from '../../../src/application/receiving/examine-received.ts'
import { openBarcodes } from '../../../src/application/sealed/received-secrets.ts'
import { callIn } from '../../../src/application/test-mode/call-in.ts'
import { sweep } from '../../../src/application/upkeep/sweep.ts'
import type { Scope } from '../../../src/ports/store/scope.ts'
import { testDatabase } from '../../support/database.ts'
import { sendTo } from '../../support/faxes.ts'
import { markedPdf } from '../../support/marked-pages.ts'
import { ACTOR, createTestServices, whileTimePasses } from '../../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())
const { signal } = new AbortController()

async function faxIn(scope: Scope, pages = 1, name = 'document'): Promise<string> {
  const call = { to: '+12025550123', from: '+12025550177', document: markedPdf(pages, name) }
  const { received } = await whileTimePasses(services.clock, callIn(services, scope, ACTOR, call))
  // Ids are ordered by time, which stands still here.
  services.clock.jumpTo(services.clock.now() + 10)
  return received.id
}

function rowOf(scope: Scope, id: string) {
  return services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    assert.ok(received)
    const events = await tx.events.listOfFax(id, 0, 100)
    return { received, pages: await tx.receivedPages.list(id), events, keys: await accountKeys(services, tx) }
  })
}

test('a fax that came in is looked at once, and its barcodes are kept sealed', async () => {
  const scope = await services.addAccount()
  services.pageReader.nextBarcodes.push([], [{ format: 'QRCode', text: 'ZEBRA-1' }])
  const id = await faxIn(scope, 2)
  await services.runDue()
  const { received, pages, keys } = await rowOf(scope, id)
  assert.ok(received.examinedAt)
  assert.equal(pages[0]!.barcodesSealed, null)
  assert.ok(!pages[1]!.barcodesSealed!.includes('ZEBRA'))
  assert.deepEqual(openBarcodes(keys, id, 2, pages[1]!.barcodesSealed!), [
    { format: 'QRCode', text: 'ZEBRA-1' },
  ])
  services.pageReader.nextBarcodes.push([{ format: 'QRCode', text: 'again' }])
  await examineReceived(services, scope, id, signal)
  assert.equal(services.pageReader.nextBarcodes.length, 1)
  services.pageReader.nextBarcodes.length = 0
})

test('a page whose barcodes cannot be read leaves the fax received, and the rest is still looked at', async () => {
  const scope = await services.addAccount()
  services.pageReader.nextBarcodes.push(new Error('worker died'), [{ format: 'QRCode', text: 'B' }])
  const id = await faxIn(scope, 2)
  await services.runDue()
  const { received, pages } = await rowOf(scope, id)
  assert.ok(received.examinedAt && pages[1]!.barcodesSealed)
  assert.ok(!services.logText().includes('worker died B'))
})

test('a reply that bears the return code of a sent fax is linked to it and told', async () => {
  const scope = await services.addAccount()
  const sent = await sendTo(services, scope, 0)
  const { keys } = await rowOf(scope, await faxIn(scope, 1, 'other'))
  const code = returnCodeOf(keys, sent.id)
  services.pageReader.nextBarcodes.length = 0
  services.pageReader.nextBarcodes.push([], [{ format: 'QRCode', text: `${code}` }])
  const id = await faxIn(scope, 1, 'reply')
  await services.runDue()
  const { received, events } = await rowOf(scope, id)
  assert.equal(received.replyTo, sent.id)
  const linked = events.find(({ type }) => type === 'inbound.linked')
  assert.equal(linked?.data.replyTo, sent.id)
})

test('a code made up, or of another account, links nothing', async () => {
  const [mine, theirs] = [await services.addAccount(), await services.addAccount()]
  const sent = await sendTo(services, theirs, 0)
  const { keys } = await rowOf(theirs, await faxIn(theirs, 1))
  await services.runDue()
  const real = returnCodeOf(keys, sent.id)
  services.pageReader.nextBarcodes.push([
    { format: 'QRCode', text: real },
    { format: 'QRCode', text: `${real.slice(0, -8)}AAAAAAAA` },
  ])
  const id = await faxIn(mine, 1)
  await services.runDue()
  assert.equal((await rowOf(mine, id)).received.replyTo, null)
})

test('the same pages again are linked to the first and kept', async () => {
  const scope = await services.addAccount()
  const first = await faxIn(scope, 2)
  await services.runDue()
  const second = await faxIn(scope, 2)
  const other = await faxIn(scope, 3)
  await services.runDue()
  assert.equal((await rowOf(scope, second)).received.duplicateOf, first)
  assert.equal((await rowOf(scope, second)).pages.length, 2)
  assert.equal((await rowOf(scope, other)).received.duplicateOf, null)
  assert.equal((await rowOf(scope, first)).received.duplicateOf, null)
})

test('what lost its job is looked at after a sweep, and its text is read', async () => {
  const scope = await services.addAccount()
  const id = await faxIn(scope, 1)
  services.queue.waiting.length = 0
  services.clock.jumpTo(services.clock.now() + 61_000)
  await sweep(services)
  services.pageReader.nextTexts.push('Test Patient Zebra')
  await services.runDue()
  const { received, events } = await rowOf(scope, id)
  assert.deepEqual([received.textState, received.examinedAt !== null], ['ready', true])
  assert.equal(events.at(-1)?.type, 'inbound.text_ready')
})
