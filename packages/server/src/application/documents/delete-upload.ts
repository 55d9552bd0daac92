import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

/**
 * Deletes an upload that no fax uses. Its row goes first: a blob without a row is swept up, a row without a blob is a fax
 * that cannot be sent.
 * @throws Problem `document.not_found`; `hold.active` while the whole account is held; `document.in_use` when a fax was made from it
 */
export async function deleteUpload(
  services: Services,
  scope: Scope,
  actor: Actor,
  documentId: string,
): Promise<void> {
  const blobKey = await services.store.asAccount(scope, async (tx) => {
    const row = await tx.documents.get(documentId)
    if (row?.purpose !== 'source') throw new Problem('document.not_found')
    if ((await tx.legalHolds.bar()).some((hold) => hold.kind === 'account')) throw new Problem('hold.active')
    if (row.expiresAt === null || !(await tx.documents.deleteUnused(documentId)))
      throw new Problem('document.in_use')
    await recordAudit(services, tx, actor, 'document.deleted', documentId, {})
    return row.blobKey
  })
  await services.blobs.delete(blobKey)
}
