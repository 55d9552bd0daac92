import type { CodedPage, PageKind } from '@answerback/imaging/page'
import { Fault } from '../../domain/fax/fax.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { PageRow } from '../../ports/store/page-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'
import { readDocument } from './document-content.ts'

/** Where the pages of a fax lie; their bytes come from `openPages`. */
export interface FoundPages {
  readonly document: DocumentRow
  readonly rows: readonly PageRow[]
}

export async function findPages(tx: Tx, documentId: string | null): Promise<FoundPages> {
  const document = documentId === null ? undefined : await tx.documents.get(documentId)
  if (!document) throw new Fault('The fax has no pages to send.')
  return { document, rows: await tx.pages.list(document.id) }
}

/** The coded pages of a fax, decrypted. @throws BlobError `not_found`, KeyError `tampered` */
export async function openPages(
  services: Services,
  keys: AccountKeys,
  found: FoundPages,
): Promise<(CodedPage & { readonly number: number })[]> {
  const blob = await readDocument(services, keys, found.document)
  return found.rows.map((row) => ({
    number: row.number,
    width: row.width,
    rows: row.rows,
    resolution: row.resolution,
    kind: row.kind as PageKind,
    t6: blob.subarray(row.offset, row.offset + row.length),
  }))
}
