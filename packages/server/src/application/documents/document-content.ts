import { pipeline } from 'node:stream/promises'
import type { AccountKeys, DocumentKey } from '../../ports/keyring.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { Services } from '../services.ts'

/** Said of a document by its sender or found out about it; stored sealed. */
export interface DocumentDetails {
  readonly fileName?: string
  /** Of the plaintext, hex; absent for pages we made ourselves. */
  readonly sha256?: string
}

export function sealDocumentDetails(keys: AccountKeys, documentId: string, details: DocumentDetails): Buffer {
  return keys.seal(detailsPlace(documentId), JSON.stringify(details))
}

/** @throws KeyError `tampered` */
export function openDocumentDetails(
  keys: AccountKeys,
  row: Pick<DocumentRow, 'id' | 'detailsSealed'>,
): DocumentDetails {
  return JSON.parse(keys.openText(detailsPlace(row.id), row.detailsSealed))
}

function detailsPlace(documentId: string) {
  return { table: 'document', column: 'details_sealed', row: documentId }
}

export function documentBlobKey(accountId: string, documentId: string): string {
  return `documents/${accountId}/${documentId}`
}

export function documentKey(keys: AccountKeys, row: Pick<DocumentRow, 'id' | 'wrappedKey'>): DocumentKey {
  return keys.document(row.id, row.wrappedKey)
}

/** The whole document, decrypted. @throws BlobError `not_found`, KeyError `tampered` */
export async function readDocument(
  services: Services,
  keys: AccountKeys,
  row: Pick<DocumentRow, 'id' | 'wrappedKey' | 'blobKey'>,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of services.blobs.get(row.blobKey)) chunks.push(chunk)
  return documentKey(keys, row).decrypt(Buffer.concat(chunks))
}

/** Encrypts a document while it comes and stores it; durable when this resolves. Rejects as the source does. */
export async function putEncrypted(
  services: Services,
  key: DocumentKey,
  blobKey: string,
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<void> {
  await pipeline(source, key.encryptStream(), async (encrypted) => {
    await services.blobs.put(blobKey, encrypted, { maxBytes })
  })
}
