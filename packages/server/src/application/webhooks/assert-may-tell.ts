import type { KeyScope } from '../../domain/access/api-key.ts'
import { CONTENT_SCOPES } from '../../domain/access/roles.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { WebhookRow } from '../../ports/store/webhook-store.ts'
import { carriesPhi } from '../associates/baa-gate.ts'

/**
 * A webhook tells what whoever points it somewhere may read, and no more: else who runs the account and reads no content would have it posted to them.
 * @param grantable what they may pass on; absent: everything
 * @throws Problem `auth.forbidden`
 */
export function assertMayTell(
  webhook: Pick<WebhookRow, 'dialect' | 'includeNumbers' | 'multipart'>,
  grantable: readonly KeyScope[] | undefined,
): void {
  if (grantable === undefined || !carriesPhi(webhook)) return
  const lacking = CONTENT_SCOPES.find((scope) => !grantable.includes(scope))
  if (lacking === undefined) return
  throw new Problem('auth.forbidden', {
    detail: `A webhook that tells numbers or pages is for those who may read them: this call needs the scope "${lacking}" too.`,
  })
}
