import { hash } from 'node:crypto'
import { Problem } from '../../domain/problem/problem.ts'
import type { AccountObstacle } from '../../ports/store/account-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { auditKey } from '../audit/sign-checkpoint.ts'
import { deleteLeftBlobs } from '../documents/doomed-blobs.ts'
import { certifyAccount, type ShownCertificate, showCertificate } from '../retention/certificates.ts'
import type { Services } from '../services.ts'

const OBSTACLES: Readonly<Record<Exclude<AccountObstacle, 'hold'>, string>> = {
  fax: 'A fax has not ended: cancel it, or wait.',
  call: 'A fax is coming in: wait until it ends.',
  trunk: 'Remove its trunks first.',
  provider: 'Remove its providers first.',
  number: 'Release its numbers first.',
  webhook: 'Delete its webhooks first.',
}

/**
 * Closes an account for good, test and live: its key is destroyed, so that nothing it encrypted opens anywhere, its API keys are revoked and its members
 * have no access any more. The audit stays and verifies. The reply is the only place where the certificate is told to the account.
 * @param confirm the account's id, typed by a person
 * @throws Problem `request.invalid` for another id, `hold.active`, `account.not_empty`
 */
export async function closeAccount(
  services: Services,
  scope: Scope,
  actor: Actor,
  confirm: string,
): Promise<ShownCertificate> {
  if (confirm !== scope.accountId) {
    throw new Problem('request.invalid', { field: 'confirm', detail: "Repeat the account's id." })
  }
  const key = await auditKey(services)
  const at = new Date(services.clock.now())
  const closed = await services.store.asSystem(async (tx) => {
    const obstacle = await tx.accounts.obstacle(scope.accountId)
    if (obstacle === 'hold') throw new Problem('hold.active')
    if (obstacle) throw new Problem('account.not_empty', { detail: OBSTACLES[obstacle] })
    return tx.accounts.close(scope.accountId, at)
  })
  // A crash here leaves an account that is closed and has no certificate; closing it again makes one.
  const certificate = await services.store.asAccount(scope, (tx) =>
    certifyAccount(services, tx, actor, key, {
      ...{ sent: closed.sent, received: closed.received, documents: closed.documents },
      wrappedKeySha256: hash('sha256', closed.wrappedKey),
    }),
  )
  while ((await deleteLeftBlobs(services)) > 0);
  return showCertificate(services, certificate)
}
