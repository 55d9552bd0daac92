import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { stageDocument } from '../../src/application/intake-document.ts'
import { sendFax } from '../../src/application/send-fax.ts'
import { testDatabase } from '../support/database.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { ACTOR, createTestServices } from '../support/services.ts'

const services = await createTestServices(await testDatabase())
after(() => services.close())
const scope = await services.addAccount()

test('a fax to a machine that answers goes from accepted to delivered, and every step is told', async () => {
  const staged = await stageDocument(services, scope, markedPdf(2), { field: 'documents[0].data' })
  const accepted = await sendFax(services, scope, ACTOR, {
    to: '+1 202 555 0100',
    documents: [{ kind: 'staged', staged }],
  })
  assert.equal(accepted.status, 'queued')
  await services.runDue()
  const { fax, events } = await services.store.asAccount(scope, async (tx) => ({
    fax: await tx.faxes.get(accepted.id),
    events: await tx.events.list(undefined, 50, accepted.id),
  }))
  assert.equal(fax?.status, 'delivered', services.logText())
  assert.equal(fax.pagesConfirmed, 2)
  assert.deepEqual(
    events.map((event) => `${event.sequence} ${event.type}`),
    ['1 fax.queued', '2 fax.preparing', '3 document.rendered', '4 fax.sending', '5 fax.delivered'],
  )
})
