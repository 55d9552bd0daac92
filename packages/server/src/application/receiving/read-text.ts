import type { PageText } from '@answerback/imaging/page-text'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { scopeKeys } from '../account-keys.ts'
import { readAccount } from '../account-now.ts'
import { documentBlobKey, documentKey, sealDocumentDetails } from '../documents/document-content.ts'
import { receivedParties } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'
import { type OpenPage, openReceivedPages } from './received-pages.ts'
import { packText } from './received-text.ts'
import { recordReceivedChange } from './record-received.ts'
import { indexWords } from './search-words.ts'

/** 500 pages full of words are a tenth of it. */
const TEXT_BYTES_MAX = 64 * 1024 * 1024

/**
 * Reads the pages of a received fax by OCR, keeps the words encrypted, and makes the fax findable by them. Runs long after receipt; the
 * fax is whole without it. Doing it again after a crash changes nothing.
 */
export async function readReceivedText(
  services: Services,
  scope: Scope,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const found = await services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    return received?.textState === 'waiting' ? openReceivedPages(services, tx, received) : undefined
  })
  if (!found) return
  const texts = await readPages(services, id, found.pages(), signal)
  // A fax of which nothing at all could be read is one that search will never find: a person must know.
  const state = texts.size === 0 && found.rows.length > 0 ? 'failed' : 'ready'
  const document = state === 'ready' ? await storeText(services, scope, texts) : undefined
  const kept = await services.store.asAccount(scope, (tx) =>
    conclude(services, tx, id, { state, texts, document }),
  )
  if (!kept && document) await services.blobs.delete(document.blobKey)
}

async function readPages(
  services: Services,
  id: string,
  pages: AsyncGenerator<OpenPage>,
  signal: AbortSignal,
): Promise<Map<number, PageText>> {
  const texts = new Map<number, PageText>()
  // Each of these takes a page when it is done with one: so many are in memory, and in work, at once.
  const readOn = async () => {
    for (let next = await pages.next(); !next.done; next = await pages.next()) {
      const { row, page } = next.value
      try {
        texts.set(row.number, await services.pageReader.text(page, signal))
      } catch (error) {
        signal.throwIfAborted()
        services.log.warn('inbound.page_unread', { inboundId: id, page: row.number, error })
      }
    }
  }
  await Promise.all(Array.from({ length: services.pageReader.textPagesAtOnce }, readOn))
  return new Map([...texts].sort(([a], [b]) => a - b))
}

async function storeText(
  services: Services,
  scope: Scope,
  texts: ReadonlyMap<number, PageText>,
): Promise<DocumentRow> {
  const keys = await scopeKeys(services, scope)
  const bytes = packText(texts)
  const document = textDocument(services, scope, keys, bytes.length)
  const encrypted = documentKey(keys, document).encrypt(bytes)
  await services.blobs.put(document.blobKey, encrypted, { maxBytes: TEXT_BYTES_MAX })
  return document
}

function textDocument(services: Services, scope: Scope, keys: AccountKeys, byteCount: number): DocumentRow {
  const id = services.random.id('doc')
  return {
    id,
    purpose: 'text',
    mediaType: 'application/json',
    byteCount,
    pageCount: null,
    blobKey: documentBlobKey(scope.accountId, id),
    wrappedKey: keys.createDocumentKey(id),
    detailsSealed: sealDocumentDetails(keys, id, {}),
    createdAt: new Date(services.clock.now()),
    expiresAt: null,
  }
}

interface ReadText {
  readonly state: 'ready' | 'failed'
  readonly texts: ReadonlyMap<number, PageText>
  readonly document: DocumentRow | undefined
}

/** `false` when another worker was first. */
async function conclude(
  services: Services,
  tx: Tx,
  id: string,
  { state, texts, document }: ReadText,
): Promise<boolean> {
  const { keys, now } = await readAccount(services, tx)
  const held = await tx.received.lock(id)
  if (held?.textState !== 'waiting') return false
  if (document) await tx.documents.insert(document)
  for (const [number, { rotation }] of texts) {
    if (rotation !== 0) await tx.receivedPages.amend(id, number, { rotation })
  }
  const pages = [...texts.values()].map(({ words }) => words.map(({ text }) => text).join(' '))
  await indexWords(services, tx, id, pages)
  const received = await tx.received.amend(id, {
    textState: state,
    textDocumentId: document?.id ?? null,
  })
  if (received) {
    const data = { textState: state, pagesRead: texts.size }
    const change = { type: 'inbound.text_ready', data } as const
    await recordReceivedChange(services, tx, received, now, change, receivedParties(keys, received))
  }
  return true
}
