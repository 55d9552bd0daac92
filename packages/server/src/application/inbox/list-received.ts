import type { ReceivedStatus } from '../../domain/fax/received-fax.ts'
import type { Mark, Priority } from '../../domain/inbox/inbox.ts'
import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { ReceivedListFilter } from '../../ports/store/received-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import { queryWords } from '../receiving/search-words.ts'
import { recordAudit } from '../record-change.ts'
import { receivedNumberHash } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'
import { assertTimeRange } from '../time-range.ts'
import { type OpenReceived, openReceived } from './open-received.ts'

/** What of the inbox is asked for; each narrows it down further. */
export interface ReceivedQuery {
  readonly statuses?: readonly ReceivedStatus[]
  /** Number called, as a person types it. */
  readonly number?: string
  /** Number that called. */
  readonly from?: string
  readonly numberId?: string
  readonly mailboxId?: string
  /** `null`: nobody's. */
  readonly assignee?: string | null
  readonly marks?: readonly Mark[]
  readonly priority?: Priority
  /** Only what somebody should have taken up by now. */
  readonly overdue?: boolean
  readonly isReply?: boolean
  readonly isDuplicate?: boolean
  readonly startedAfter?: Date
  readonly startedBefore?: Date
  /** Words that all stand on its pages. */
  readonly q?: string
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  readonly limit: number
}

export interface ReceivedListPage {
  readonly received: readonly OpenReceived[]
  readonly nextCursor: string | null
}

/**
 * Newest first; a range of time by the time of the call. A search is an entry of the audit, which tells how many words were looked for
 * and never which.
 * @throws Problem `number.invalid`, `request.invalid` for a cursor that cannot be one, a mailbox that is none and a search without a word
 */
export async function listReceived(
  services: Services,
  scope: Scope,
  actor: Actor,
  query: ReceivedQuery,
): Promise<ReceivedListPage> {
  const { cursor, limit } = query
  assertCursor('inb', cursor)
  return services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    const filter = filterOf(account, query)
    const owners = await mailboxOwners(tx)
    // An empty list would say that nothing waits there.
    if (query.mailboxId !== undefined && !owners.has(query.mailboxId)) {
      throw new Problem('request.invalid', { field: 'mailboxId', detail: 'There is no such mailbox.' })
    }
    // One more than asked for tells whether there is a next page.
    const rows = await tx.received.list({ ...filter, limit: limit + 1 })
    const page = rows.slice(0, limit)
    if (filter.words) {
      const detail = { words: filter.words.length, hits: page.length }
      await recordAudit(services, tx, actor, 'inbound.searched', null, detail)
    }
    return {
      received: page.map((row) => openReceived(account.keys, row, owners.get(row.mailboxId)!)),
      nextCursor: rows.length > limit ? page.at(-1)!.id : null,
    }
  })
}

async function mailboxOwners(tx: Tx): Promise<ReadonlyMap<string, string>> {
  return new Map((await tx.mailboxes.list()).map(({ id, owner }) => [id, owner]))
}

function filterOf({ keys, now }: AccountView, query: ReceivedQuery): Omit<ReceivedListFilter, 'limit'> {
  const { number, from, overdue, startedAfter, q, cursor, limit: _, ...same } = query
  assertTimeRange({ from: startedAfter, until: query.startedBefore }, 'startedAfter', 'startedBefore')
  return {
    ...same,
    ...(number === undefined ? {} : { toHash: hashOf(keys, number, 'number') }),
    ...(from === undefined ? {} : { fromHash: hashOf(keys, from, 'from') }),
    ...(overdue ? { dueBefore: now } : {}),
    ...(startedAfter === undefined ? {} : { startedFrom: startedAfter }),
    ...(q === undefined ? {} : { words: queryWords(keys, q) }),
    ...(cursor === undefined ? {} : { afterId: cursor }),
  }
}

function hashOf(keys: AccountKeys, number: string, field: string): Buffer {
  const parsed = parseNumber(number)
  if (parsed === undefined) throw new Problem('number.invalid', { field })
  return receivedNumberHash(keys, parsed)
}
