import { after } from 'node:test'
import { createHttpOut } from '../../src/adapters/http-out/http-out.ts'
import { ifaxFormat, SENT_EVENTS } from '../../src/adapters/ifax/webhook-format.ts'
import { stageDocument } from '../../src/application/documents/intake-document.ts'
import { recordEvent } from '../../src/application/record-change.ts'
import type { AcceptedFax } from '../../src/application/sending/record-accepted.ts'
import { sendFax } from '../../src/application/sending/send-fax.ts'
import type { Services } from '../../src/application/services.ts'
import {
  createWebhook,
  type MadeWebhook,
  type NewWebhook,
} from '../../src/application/webhooks/create-webhook.ts'
import { deliverWebhook } from '../../src/application/webhooks/deliver-webhook.ts'
import { nativeFormat, type WebhookFormats } from '../../src/application/webhooks/webhook-format.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import type { DeliveryAttemptRow, DeliveryRow } from '../../src/ports/store/webhook-store.ts'
import { testDatabase } from '../support/database.ts'
import { PATIENT_POLICY } from '../support/ifax-server.ts'
import { markedPdf } from '../support/marked-pages.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { ACTOR, createTestServices, type TestServices } from '../support/services.ts'

export const FORMATS: WebhookFormats = { native: nativeFormat, ifax: ifaxFormat }
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export interface WebhookFixture {
  readonly services: TestServices
  readonly scope: Scope
  readonly receiver: Receiver
  subscribe(more?: Partial<NewWebhook>): Promise<MadeWebhook>
  /** Records an event about no fax; returns its id. */
  happen(): Promise<string>
  /** Sends a fax in the sandbox and lets it end. Webhooks made before are owed its events. */
  fax(to?: string): Promise<AcceptedFax>
  deliver(deliveryId: string, formats?: WebhookFormats): Promise<void>
  deliveries(webhookId: string): Promise<DeliveryRow[]>
  attempts(deliveryId: string): Promise<DeliveryAttemptRow[]>
}

/** A database, an account in test mode and a receiver of the calling file's own; each fixture starts with new ones. */
export async function webhookFixtures(): Promise<(overrides?: Partial<Services>) => Promise<WebhookFixture>> {
  const database = await testDatabase()
  return async (overrides = {}) => {
    const services = await createTestServices(database, {
      httpOut: createHttpOut(),
      policy: PATIENT_POLICY,
      ...overrides,
    })
    const receiver = await startReceiver()
    after(async () => {
      await receiver.close()
      await services.close()
    })
    const scope = await services.addAccount()
    return { services, scope, receiver, ...actions(services, scope, receiver) }
  }
}

function actions(services: TestServices, scope: Scope, receiver: Receiver) {
  return {
    subscribe: (more: Partial<NewWebhook> = {}) => {
      const eventTypes = more.dialect === 'ifax' ? SENT_EVENTS : []
      return createWebhook(services, scope, ACTOR, {
        url: receiver.url,
        dialect: 'native',
        eventTypes,
        ...more,
      })
    },
    happen: async () => {
      // Identifiers are ordered by the millisecond they were made in.
      await services.clock.advance(1)
      const at = new Date(services.clock.now())
      return services.store.asAccount(scope, (tx) =>
        recordEvent(services, tx, { type: 'fax.delivered', subjectId: null, data: { note: 'Zebra' }, at }),
      )
    },
    fax: async (to = '+12025550100') => {
      const staged = await stageDocument(services, scope, markedPdf(2, 'Test Patient Zebra'), {
        field: 'documents[0]',
        fileName: 'zebra.pdf',
      })
      const accepted = await sendFax(services, scope, ACTOR, {
        to,
        from: '+12025550199',
        documents: [{ kind: 'staged', staged }],
        allowDuplicate: true,
      })
      await services.runFor(MINUTE)
      return accepted
    },
    deliver: (deliveryId: string, formats = FORMATS) => deliverWebhook(services, formats, scope, deliveryId),
    deliveries: (webhookId: string) =>
      services.store.asAccount(scope, (tx) => tx.webhooks.listDeliveries(webhookId, undefined, 100)),
    attempts: (deliveryId: string) =>
      services.store.asAccount(scope, (tx) => tx.webhooks.deliveryAttempts(deliveryId)),
  }
}
