import type { CodedPage } from '@answerback/imaging/page'
import { Problem } from '../../domain/problem/problem.ts'
import type { ReceivedPageRow } from '../../ports/store/received-page-store.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountKeys } from '../account-keys.ts'
import { readDocument } from '../documents/document-content.ts'
import type { Services } from '../services.ts'

export interface OpenPage {
  readonly row: ReceivedPageRow
  readonly page: CodedPage
}

/** The pages of a received fax, found in a transaction and read after it. */
export interface OpenReceivedPages {
  readonly rows: readonly ReceivedPageRow[]
  /** Reads and decrypts one at a time. @throws BlobError `not_found`, KeyError `tampered` */
  pages(): AsyncGenerator<OpenPage>
}

/**
 * @param choose which of them; absent: all
 * @throws Problem `inbound.content_deleted`
 */
export async function openReceivedPages(
  services: Services,
  tx: Tx,
  { id, contentDeletedAt }: Pick<ReceivedFaxRow, 'id' | 'contentDeletedAt'>,
  choose = (rows: readonly ReceivedPageRow[]): readonly ReceivedPageRow[] => rows,
): Promise<OpenReceivedPages> {
  if (contentDeletedAt !== null) throw new Problem('inbound.content_deleted')
  const keys = await accountKeys(services, tx)
  const rows = choose(await tx.receivedPages.list(id))
  const found = await Promise.all(
    rows.map(async (row) => {
      const document = await tx.documents.get(row.documentId)
      if (!document) throw new Error('A page of a received fax is gone.')
      return { row, document }
    }),
  )
  async function* pages(): AsyncGenerator<OpenPage> {
    for (const { row, document } of found) {
      const { width, rows: height, resolution } = row
      const t6 = await readDocument(services, keys, document)
      yield { row, page: { width, rows: height, resolution, kind: 'bilevel', t6 } }
    }
  }
  return { rows, pages }
}

export async function allPages({ pages }: OpenReceivedPages): Promise<CodedPage[]> {
  const all: CodedPage[] = []
  for await (const { page } of pages()) all.push(page)
  return all
}
