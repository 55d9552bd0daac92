import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountKeys } from '../account-keys.ts'
import { recordAudit } from '../record-change.ts'
import { sealForWebhook, webhookSecrets } from '../sealed/webhook-secrets.ts'
import type { Services } from '../services.ts'
import { type MadeWebhook, makeSecret } from './create-webhook.ts'
import { webhookView } from './webhook-view.ts'

const HOUR_MS = 3_600_000

/**
 * A new secret. For `overlapHours` more (0: not at all) posts carry a signature of the old one as well.
 * @throws Problem `webhook.not_found`
 */
export async function rotateWebhookSecret(
  services: Services,
  scope: Scope,
  actor: Actor,
  webhookId: string,
  overlapHours: number,
  hooks: { readonly inTransaction?: (tx: Tx, made: MadeWebhook) => Promise<void> } = {},
): Promise<MadeWebhook> {
  const secret = makeSecret(services)
  return services.store.asAccount(scope, async (tx) => {
    const held = await tx.webhooks.get(webhookId)
    if (!held) throw new Problem('webhook.not_found')
    const keys = await accountKeys(services, tx)
    // The machine's clock, as for `webhook-timestamp`: receivers live in real time.
    const now = services.clock.now()
    const old = webhookSecrets(keys, held, new Date(now))[0]!
    const changed = await tx.webhooks.update(webhookId, {
      secretSealed: sealForWebhook(keys, webhookId, 'secret_sealed', secret),
      previousSecretSealed:
        overlapHours > 0 ? sealForWebhook(keys, webhookId, 'previous_secret_sealed', old) : null,
      previousSecretUntil: overlapHours > 0 ? new Date(now + overlapHours * HOUR_MS) : null,
    })
    if (!changed) throw new Problem('webhook.not_found')
    await recordAudit(services, tx, actor, 'webhook.secret_rotated', webhookId, { overlapHours })
    const made = { webhook: webhookView(keys, changed, scope), secret }
    await hooks.inTransaction?.(tx, made)
    return made
  })
}
