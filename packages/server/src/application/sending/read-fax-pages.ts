import type { CodedPage, PageKind } from '@answerback/imaging/page'
import { Problem } from '../../domain/problem/problem.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { PageRow } from '../../ports/store/page-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { findPages } from '../documents/coded-pages.ts'
import { documentKey } from '../documents/document-content.ts'
import { recordAudit, sealParties } from '../record-change.ts'
import { openFaxSecrets } from '../sealed/fax-secrets.ts'
import type { Services } from '../services.ts'

/**
 * The pages of a fax as they go on the line, without the header line, which each attempt stamps anew. Every call is an
 * audit entry, written before a byte is read.
 *
 * @param page 1-based; absent: all
 * @throws Problem `fax.not_found`, `fax.content_not_ready`, `request.invalid` for a page the fax does not have
 */
export async function readFaxPages(
  services: Services,
  scope: Scope,
  actor: Actor,
  faxId: string,
  page?: number,
): Promise<CodedPage[]> {
  const { document, rows, keys } = await services.store.asAccount(scope, async (tx) => {
    const fax = await tx.faxes.get(faxId)
    if (fax === undefined) throw new Problem('fax.not_found')
    if (fax.contentDeletedAt !== null) throw new Problem('fax.content_deleted')
    const found = fax.pagesDocumentId === null ? undefined : await findPages(tx, fax.pagesDocumentId)
    if (found === undefined) throw new Problem('fax.content_not_ready')
    const rows = choosePages(found.rows, page)
    const { keys } = await readAccount(services, tx)
    const { to, from } = openFaxSecrets(keys, fax)
    const detail = { pages: rows.map((row) => row.number) }
    await recordAudit(
      services,
      tx,
      actor,
      'fax.content.read',
      faxId,
      detail,
      sealParties(keys, faxId, { to, from }, fax.toSealed),
    )
    return { document: found.document, rows, keys }
  })
  const read = rangeReader(services, document)
  const key = documentKey(keys, document)
  const byteLength = (await services.blobs.head(document.blobKey))?.byteLength
  if (byteLength === undefined) throw new Error('The pages of a fax are gone.')
  const pages: CodedPage[] = []
  for (const { width, rows: height, resolution, kind, offset, length } of rows) {
    const t6 = await key.decryptRange({ byteLength, read }, offset, offset + length)
    pages.push({ width, rows: height, resolution, kind: kind as PageKind, t6 })
  }
  return pages
}

function choosePages(rows: readonly PageRow[], page: number | undefined): readonly PageRow[] {
  if (page === undefined) return rows
  const chosen = rows.filter((row) => row.number === page)
  if (chosen.length === 0) {
    throw new Problem('request.invalid', { field: 'page', detail: `The fax has ${rows.length} pages.` })
  }
  return chosen
}

function rangeReader(services: Services, document: DocumentRow) {
  return async (start: number, end: number): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of services.blobs.get(document.blobKey, { start, end })) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
}
