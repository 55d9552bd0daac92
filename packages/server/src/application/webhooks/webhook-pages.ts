import type { CodedPage } from '@answerback/imaging/page'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type OpenReceivedPages, openReceivedPages } from '../receiving/received-pages.ts'
import { recordAudit, WORKER } from '../record-change.ts'
import { receivedParties } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'

/** A dense fax page is a tenth of a megabyte; a receiver that takes forms must hold the whole of it, and so must this process. */
const POSTED_BYTES_MAX = 16 * 1024 * 1024

/** Pages of a received fax on their way to a webhook that asked for them. */
export interface PostedPages {
  readonly inboundId: string
  readonly opened: OpenReceivedPages
}

/** They leave the server, so it is an entry of the audit, before a byte is read; one for each post. `undefined`: its content was deleted since. */
export async function openPostedPages(
  services: Services,
  tx: Tx,
  keys: AccountKeys,
  received: ReceivedFaxRow,
  webhookId: string,
): Promise<PostedPages | undefined> {
  if (received.contentDeletedAt !== null) return undefined
  const opened = await openReceivedPages(services, tx, received)
  const detail = { pages: opened.rows.map(({ number }) => number), webhookId }
  const parties = receivedParties(keys, received)
  await recordAudit(services, tx, WORKER, 'inbound.content.read', received.id, detail, parties)
  return { inboundId: received.id, opened }
}

/**
 * @returns `undefined` when they are too large for one post or cannot be read: the news goes without them, and the receiver fetches
 * them or sees that fail
 */
export async function readPostedPages(
  services: Services,
  { inboundId, opened }: PostedPages,
): Promise<CodedPage[] | undefined> {
  const pages: CodedPage[] = []
  let bytes = 0
  try {
    for await (const { page } of opened.pages()) {
      bytes += page.t6.length
      if (bytes > POSTED_BYTES_MAX) return undefined
      pages.push(page)
    }
    return pages
  } catch (error) {
    services.log.error('webhook.pages_unreadable', { inboundId, error })
    return undefined
  }
}
