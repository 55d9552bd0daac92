import type { CodedPage } from '@answerback/imaging/page'
import { parseNumber } from '../domain/number.ts'
import { Problem } from '../domain/problem.ts'
import type { ReceivedStatus } from '../domain/received-fax.ts'
import type { Timeline } from '../domain/timeline.ts'
import type { ReceivedFaxRow, ReceivedPageRow } from '../ports/received-store.ts'
import type { Actor, Scope } from '../ports/store.ts'
import { readAccount } from './account-now.ts'
import { openEvidence, openTimeline } from './call-evidence.ts'
import { readDocument } from './document-content.ts'
import {
  openReceivedNumbers,
  type ReceivedNumbers,
  receivedNumberHash,
  receivedParties,
} from './received-secrets.ts'
import { recordAudit } from './record-change.ts'
import type { Services } from './services.ts'

/** A received fax with what is encrypted about it in the clear. Never log one. */
export interface OpenReceived extends ReceivedNumbers {
  readonly received: ReceivedFaxRow
  /** The sender's TSI: untrusted text. */
  readonly remoteId: string | null
}

export interface ReceivedQuery {
  readonly statuses?: readonly ReceivedStatus[]
  /** Number called. */
  readonly number?: string
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  readonly limit: number
}

const CURSOR_SHAPE = /^inb_[0-9a-z]{26}$/

/** Newest first. @throws Problem `request.invalid` for a cursor that cannot be one, `number.invalid` */
export async function listReceived(
  services: Services,
  scope: Scope,
  query: ReceivedQuery,
): Promise<{ readonly received: readonly OpenReceived[]; readonly nextCursor: string | null }> {
  const { number, cursor, limit, statuses } = query
  if (cursor !== undefined && !CURSOR_SHAPE.test(cursor)) {
    const detail = '"cursor" must be the nextCursor of a page.'
    throw new Problem('request.invalid', { field: 'cursor', detail })
  }
  const to = number === undefined ? undefined : parseNumber(number)
  if (number !== undefined && to === undefined) throw new Problem('number.invalid', { field: 'number' })
  return services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    const rows = await tx.received.list({
      ...(statuses ? { statuses } : {}),
      ...(to === undefined ? {} : { toHash: receivedNumberHash(keys, to) }),
      ...(cursor === undefined ? {} : { afterId: cursor }),
      limit: limit + 1,
    })
    const page = rows.slice(0, limit)
    const nextCursor = rows.length > limit ? page.at(-1)!.id : null
    const received = page.map((row) => ({
      received: row,
      ...openReceivedNumbers(keys, row),
      remoteId: openEvidence(keys, 'received_fax', row.id, row).remoteId,
    }))
    return { received, nextCursor }
  })
}

/** One received fax with its pages. */
export interface ReceivedDetail extends OpenReceived {
  readonly pages: readonly ReceivedPageRow[]
  /** Only when asked for; `null` where the line recorded none. */
  readonly timeline?: Timeline | null
}

/**
 * @param options.frames also the frame timeline, which is not read otherwise
 * @throws Problem `inbound.not_found`
 */
export async function getReceived(
  services: Services,
  scope: Scope,
  id: string,
  options: { readonly frames?: boolean } = {},
): Promise<ReceivedDetail> {
  return services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    if (!received) throw new Problem('inbound.not_found')
    const { keys } = await readAccount(services, tx)
    const { remoteId } = openEvidence(keys, 'received_fax', id, received)
    const opened = { received, ...openReceivedNumbers(keys, received), remoteId }
    const pages = await tx.received.pages(id)
    if (!options.frames) return { ...opened, pages }
    const sealed = await tx.received.timeline(id)
    return { ...opened, pages, timeline: sealed && openTimeline(keys, 'received_fax', id, sealed) }
  })
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
): Promise<CodedPage[]> {
  const { keys, chosen } = await services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    if (!received) throw new Problem('inbound.not_found')
    const chosen = choosePages(await tx.received.pages(id), page)
    const { keys } = await readAccount(services, tx)
    const detail = { pages: chosen.map(({ number }) => number) }
    const parties = receivedParties(keys, received)
    await recordAudit(services, tx, actor, 'inbound.content.read', id, detail, parties)
    const found = []
    for (const row of chosen) {
      const document = await tx.documents.get(row.documentId)
      if (!document) throw new Error('A page of a received fax is gone.')
      found.push({ row, document })
    }
    return { keys, chosen: found }
  })
  const pages: CodedPage[] = []
  for (const { row, document } of chosen) {
    const { width, rows, resolution } = row
    pages.push({ width, rows, resolution, kind: 'bilevel', t6: await readDocument(services, keys, document) })
  }
  return pages
}

function choosePages(rows: readonly ReceivedPageRow[], page: number | undefined): readonly ReceivedPageRow[] {
  if (rows.length === 0) throw new Problem('inbound.no_pages')
  const chosen = page === undefined ? rows : rows.filter(({ number }) => number === page)
  if (chosen.length > 0) return chosen
  throw new Problem('request.invalid', { field: 'page', detail: `The fax has ${rows.length} pages.` })
}
