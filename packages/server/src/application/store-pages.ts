import type { Tx } from '../ports/store.ts'
import type { HeldFax } from './hold-fax.ts'
import type { PreparedPages } from './prepare-fax.ts'
import { recordFaxEvent } from './record-change.ts'
import type { Services } from './services.ts'

/** Writes the rows of pages just rendered and tells that the fax can be looked at. */
export async function storePages(
  services: Services,
  tx: Tx,
  held: HeldFax,
  prepared: PreparedPages,
): Promise<HeldFax> {
  const { document, pages, estimatedSeconds } = prepared
  const { fax, account } = held
  await tx.documents.insert(document)
  await tx.faxes.putPages(document.id, pages)
  const patch = { pagesDocumentId: document.id, pageCount: pages.length, estimatedSeconds }
  const stored = await tx.faxes.transition(fax.id, fax.status, fax.status, patch, fax.leaseToken)
  const at = new Date(services.clock.now() + account.aheadMs)
  await recordFaxEvent(services, tx, stored, 'document.rendered', { at })
  return { ...held, fax: stored }
}
