import { Problem } from '../../domain/problem/problem.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import type { Services } from '../services.ts'
import { type DocumentDetails, openDocumentDetails } from './document-content.ts'

/** Throws `Problem('document.not_found')`, also for an upload that has expired. */
export async function getUpload(
  services: Services,
  scope: Scope,
  documentId: string,
): Promise<{ readonly row: DocumentRow; readonly details: DocumentDetails }> {
  return services.store.asAccount(scope, async (tx) => {
    const row = await tx.documents.get(documentId)
    if (row?.purpose !== 'source') throw new Problem('document.not_found')
    const { keys } = await readAccount(services, tx)
    return { row, details: openDocumentDetails(keys, row) }
  })
}
