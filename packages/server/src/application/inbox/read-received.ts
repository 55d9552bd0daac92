import type { CodedPage } from '@answerback/imaging/page'
import type { PageText } from '@answerback/imaging/page-text'
import type { Timeline } from '../../domain/attempts/timeline.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { PageBarcode } from '../../ports/page-reader.ts'
import type { ReceivedPageRow } from '../../ports/store/received-page-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { openTimeline } from '../faxes/call-evidence.ts'
import { openReceivedPages } from '../receiving/received-pages.ts'
import { readText } from '../receiving/received-text.ts'
import { recordAudit } from '../record-change.ts'
import { openBarcodes, receivedParties } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'
import { type OpenReceived, openReceived } from './open-received.ts'

/** One received fax with its pages. */
export interface ReceivedDetail extends OpenReceived {
  readonly pages: readonly (ReceivedPageRow & { readonly barcodes: readonly PageBarcode[] })[]
  readonly noteCount: number
  /** The faxes that were made of it. */
  readonly derivedIds: readonly string[]
  /** Only when asked for; `null` where the line recorded none. */
  readonly timeline?: Timeline | null
}

export interface DetailOptions {
  /** Also the frame timeline, which is not read otherwise. */
  readonly frames?: boolean
}

/**
 * The answer to a change: what the fax is like after it. Who only wants to look at it uses `viewReceived`.
 * @throws Problem `inbound.not_found`
 */
export async function getReceived(
  services: Services,
  scope: Scope,
  id: string,
  options: DetailOptions = {},
): Promise<ReceivedDetail> {
  return services.store.asAccount(scope, (tx) => readDetail(services, tx, id, options))
}

/** The same for a person who looks at it: an entry of the audit. @throws Problem `inbound.not_found` */
export async function viewReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  options: DetailOptions = {},
): Promise<ReceivedDetail> {
  return services.store.asAccount(scope, async (tx) => {
    const detail = await readDetail(services, tx, id, options)
    const { keys } = await readAccount(services, tx)
    const seen = { frames: options.frames === true }
    await recordAudit(services, tx, actor, 'inbound.read', id, seen, receivedParties(keys, detail.received))
    return detail
  })
}

async function readDetail(
  services: Services,
  tx: Tx,
  id: string,
  options: DetailOptions,
): Promise<ReceivedDetail> {
  const received = await tx.received.get(id)
  if (!received) throw new Problem('inbound.not_found')
  const { keys } = await readAccount(services, tx)
  const mailbox = await tx.mailboxes.get(received.mailboxId)
  if (!mailbox) throw new Error('A received fax lies in no mailbox.')
  const pages = await tx.receivedPages.list(id)
  const detail = {
    ...openReceived(keys, received, mailbox.owner),
    pages: pages.map((page) => ({
      ...page,
      barcodes: page.barcodesSealed ? openBarcodes(keys, id, page.number, page.barcodesSealed) : [],
    })),
    noteCount: await tx.receivedNotes.count(id),
    derivedIds: await tx.received.derivedOf(id),
  }
  if (!options.frames) return detail
  const sealed = await tx.received.timeline(id)
  return { ...detail, timeline: sealed && openTimeline(keys, 'received_fax', id, sealed) }
}

/** A page with what OCR found on it, where it has been over it. */
export interface ReadPage {
  readonly page: CodedPage
  readonly text?: PageText
}

/**
 * The pages of a received fax, also while more are coming. Every call is an audit entry, written before a byte is read.
 * @param page 1-based; absent: all
 * @throws Problem `inbound.not_found`, `inbound.no_pages`, `request.invalid` for a page the fax does not have
 */
export async function readReceivedPages(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  page?: number,
): Promise<ReadPage[]> {
  const found = await services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    if (!received) throw new Problem('inbound.not_found')
    const opened = await openReceivedPages(services, tx, received, (rows) => choosePages(rows, page))
    const { keys } = await readAccount(services, tx)
    const { textDocumentId } = received
    const text = textDocumentId === null ? undefined : await tx.documents.get(textDocumentId)
    const detail = { pages: opened.rows.map(({ number }) => number) }
    const parties = receivedParties(keys, received)
    await recordAudit(services, tx, actor, 'inbound.content.read', id, detail, parties)
    return { opened, keys, text }
  })
  const texts = found.text && (await readText(services, found.keys, found.text))
  const pages: ReadPage[] = []
  for await (const { row, page } of found.opened.pages()) {
    const text = texts?.get(row.number)
    pages.push({ page, ...(text && { text }) })
  }
  return pages
}

function choosePages(rows: readonly ReceivedPageRow[], page: number | undefined): readonly ReceivedPageRow[] {
  if (rows.length === 0) throw new Problem('inbound.no_pages')
  const chosen = page === undefined ? rows : rows.filter(({ number }) => number === page)
  if (chosen.length > 0) return chosen
  throw new Problem('request.invalid', { field: 'page', detail: `The fax has ${rows.length} pages.` })
}
