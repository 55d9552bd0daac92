import type { CodedPage, PageKind } from '@answerback/imaging/page'
import type { AccountKeys } from '../ports/keyring.ts'
import type { Tx } from '../ports/store.ts'
import { readDocument } from './document-content.ts'
import type { Services } from './services.ts'

/** Rows and blob key of a fax's rendered pages, to be read in the caller's transaction; bytes come from `openPages`. */
export async function findPages(tx: Tx, documentId: string) {
  const document = await tx.documents.get(documentId)
  const rows = await tx.faxes.pages(documentId)
  return document && { document, rows }
}

export type FoundPages = NonNullable<Awaited<ReturnType<typeof findPages>>>

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
