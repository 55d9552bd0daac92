import type { FaxPatch } from '../../ports/store/fax-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import { recordFaxEvent } from '../record-change.ts'
import type { Services } from '../services.ts'
import type { PreparedPages } from './prepare-fax.ts'

/**
 * Writes the rows of pages just rendered and tells that the fax can be looked at.
 * @returns what the caller's next change of the fax must carry
 */
export async function storePages(
  services: Services,
  tx: Tx,
  held: HeldFax,
  prepared: PreparedPages,
): Promise<FaxPatch> {
  const { document, pages, estimatedSeconds } = prepared
  const { fax, account } = held
  await tx.documents.insert(document)
  await tx.pages.insert(document.id, pages)
  const at = new Date(services.clock.now() + account.aheadMs)
  await recordFaxEvent(services, tx, { ...fax, pageCount: pages.length }, 'document.rendered', { at })
  return { pagesDocumentId: document.id, pageCount: pages.length, estimatedSeconds }
}
