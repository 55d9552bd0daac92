import { advanceFax } from '../../src/application/attempts/advance-fax.ts'
import { sequenceAudit } from '../../src/application/audit/sequence-audit.ts'
import { noteReceived } from '../../src/application/inbox/note-received.ts'
import { shredFax } from '../../src/application/retention/shred.ts'
import { cancelFax } from '../../src/application/sending/cancel-fax.ts'
import { getFax } from '../../src/application/sending/get-fax.ts'
import { createWebhook } from '../../src/application/webhooks/create-webhook.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import { crashingServices } from '../support/crashing-services.ts'
import { sendTo } from '../support/faxes.ts'
import { receive } from '../support/received.ts'
import { ACTOR, type TestServices, whileTimePasses } from '../support/services.ts'

/** An installation that has been at work: what it holds of each kind, by id. */
export interface Seeded {
  readonly scope: Scope
  readonly delivered: string
  readonly shredded: string
  readonly received: string
  readonly scheduled: string
  readonly waiting: string
  /** Its worker is in a call. */
  readonly calling: string
}

export async function seed(services: TestServices): Promise<Seeded> {
  const scope = await services.addAccount()
  await createWebhook(services, scope, ACTOR, {
    dialect: 'native',
    url: 'http://127.0.0.1:9/hook',
    eventTypes: [],
    includeNumbers: false,
  })
  const delivered = (await sendTo(services, scope, 0, { pages: 2, tags: ['zebra\t\\N\n'] })).id
  const shredded = (await sendTo(services, scope, 0, { area: 203 })).id
  await services.runFor(3_600_000)
  await shredFax(services, scope, ACTOR, 'sent', shredded)
  const received = (await receive(services, scope, { pages: 2 })).id
  await noteReceived(services, scope, ACTOR, received, 'Test Patient Zebra called back')
  const at = new Date(services.clock.now() + 7_200_000)
  const scheduled = (await sendTo(services, scope, 0, { area: 205, sendAt: at })).id
  const canceled = (await sendTo(services, scope, 0, { area: 206 })).id
  await cancelFax(services, scope, ACTOR, canceled)
  const waiting = (await sendTo(services, scope, 0, { area: 207 })).id
  const calling = await beginCall(services, scope)
  services.queue.waiting.length = 0
  await services.settle()
  await sequenceAudit(services)
  return { scope, delivered, shredded, received, scheduled, waiting, calling }
}

/** A worker that died in its call, at the first effect at which there is one. */
async function beginCall(services: TestServices, scope: Scope): Promise<string> {
  for (let at = 6; at < 40; at += 1) {
    const { id } = await sendTo(services, scope, 0, { area: 220 + at })
    const dying = crashingServices(services, { count: 0, at })
    const run = advanceFax(dying, { scope, faxId: id }, new AbortController().signal)
    await whileTimePasses(
      services.clock,
      run.catch(() => undefined),
    )
    if ((await getFax(services, scope, id)).fax.status === 'sending') return id
  }
  throw new Error('No effect of a worker lies in a call.')
}
