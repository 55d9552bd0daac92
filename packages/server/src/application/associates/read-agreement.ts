import { Problem } from '../../domain/problem/problem.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { accountKeys } from '../account-keys.ts'
import { readDocument } from '../documents/document-content.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

export interface AgreementDocument {
  readonly mediaType: string
  readonly bytes: Buffer
}

/** The stored contract, decrypted; each read is audited. @throws Problem `associate.not_found`, `document.not_found` when none was kept with it */
export async function readAgreementDocument(
  services: Services,
  scope: Scope,
  actor: Actor,
  associateId: string,
  agreementId: string,
): Promise<AgreementDocument> {
  const { row, keys } = await services.store.asAccount(scope, async (tx) => {
    const associate = await tx.associates.get(associateId)
    const agreement = associate?.agreements.find(({ id }) => id === agreementId)
    if (!agreement) throw new Problem('associate.not_found')
    const row = agreement.documentId === null ? undefined : await tx.documents.get(agreement.documentId)
    if (!row) throw new Problem('document.not_found')
    await recordAudit(services, tx, actor, 'associate.agreement_read', associateId, { agreementId })
    return { row, keys: await accountKeys(services, tx) }
  })
  return { mediaType: row.mediaType, bytes: await readDocument(services, keys, row) }
}
