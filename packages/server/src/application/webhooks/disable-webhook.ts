import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountNow } from '../account-now.ts'
import { recordAudit, recordEvent } from '../record-change.ts'
import type { Services } from '../services.ts'

export type DisabledReason = 'receiver_gone' | 'disabled_by_user'

/** Nothing more is posted to the webhook: what waited for it has failed, and the other webhooks are told. */
export async function disableWebhook(
  services: Services,
  tx: Tx,
  actor: Actor,
  webhookId: string,
  reason: DisabledReason,
): Promise<void> {
  const at = await accountNow(services, tx)
  await tx.webhooks.update(webhookId, { status: 'disabled', disabledReason: reason })
  await tx.webhooks.failPending(webhookId, at)
  // No subject: `sequence` counts a fax's events, and this is about none.
  await recordEvent(services, tx, {
    type: 'webhook.disabled',
    subjectId: null,
    data: { webhookId, reason },
    at,
  })
  await recordAudit(services, tx, actor, 'webhook.disabled', webhookId, { reason })
}
