import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { StoredRecipientState } from '../../domain/recipients/recipient.ts'
import type { RecipientPatch } from '../../ports/store/recipient-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import { recordAudit } from '../record-change.ts'
import { numberHash } from '../sealed/fax-secrets.ts'
import { openRecipient, type RecipientDetails, sealRecipientDetails } from '../sealed/recipient-secrets.ts'
import type { Services } from '../services.ts'
import { type RecipientView, viewOf } from './recipient-view.ts'
import { suspendRecipient } from './suspend-recipient.ts'

/** @throws Problem `recipient.not_found` */
export async function getRecipient(services: Services, scope: Scope, id: string): Promise<RecipientView> {
  return services.store.asAccount(scope, async (tx) => {
    const row = await tx.recipients.get(id)
    if (!row) throw new Problem('recipient.not_found')
    return viewOf(tx, await readAccount(services, tx), row)
  })
}

export interface RecipientQuery {
  readonly state?: StoredRecipientState
  /** As people type it. */
  readonly number?: string
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  readonly limit: number
}

/** Newest first. @throws Problem `request.invalid` for a cursor that cannot be one; `number.invalid` */
export async function listRecipients(
  services: Services,
  scope: Scope,
  { state, number, cursor, limit }: RecipientQuery,
): Promise<{ recipients: RecipientView[]; nextCursor: string | null }> {
  assertCursor('rcp', cursor)
  const wanted = number === undefined ? undefined : parseNumber(number)
  if (number !== undefined && wanted === undefined) throw new Problem('number.invalid', { field: 'number' })
  return services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    // One more than asked for tells whether there is a next page.
    const rows = await tx.recipients.list({
      limit: limit + 1,
      ...(state === undefined ? {} : { state }),
      ...(wanted === undefined ? {} : { numberHash: numberHash(account.keys, wanted) }),
      ...(cursor === undefined ? {} : { afterId: cursor }),
    })
    const page = rows.slice(0, limit)
    return {
      recipients: page.map((row) => viewOf(tx, account, row)),
      nextCursor: rows.length > limit ? page.at(-1)!.id : null,
    }
  })
}

export interface RecipientChange {
  readonly name?: string
  /** `null` takes it away. */
  readonly organisation?: string | null
  readonly department?: string | null
  readonly suspended?: true
}

/** Changes whose number it is said to be, or suspends it. The number stays: another number is another recipient. */
export async function changeRecipient(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  change: RecipientChange,
): Promise<RecipientView> {
  return services.store.asAccount(scope, async (tx) => {
    const account = await readAccount(services, tx)
    const row = await tx.recipients.lock(id)
    if (!row) throw new Problem('recipient.not_found')
    const { suspended, ...named } = change
    const held = openRecipient(account.keys, row).details
    const merged = Object.entries({ ...held, ...named }).filter(([, value]) => value !== null)
    const details = Object.fromEntries(merged) as unknown as RecipientDetails
    const patch: RecipientPatch = {
      detailsSealed: sealRecipientDetails(account.keys, id, details),
      updatedAt: account.now,
    }
    await recordAudit(services, tx, actor, 'recipient.changed', id, { fields: Object.keys(change) })
    const changed = suspended
      ? await suspendRecipient(services, tx, actor, row, 'by_person', account.now, patch)
      : await tx.recipients.update(id, patch)
    return viewOf(tx, account, changed)
  })
}

/**
 * Takes a number out of the directory.
 * @throws Problem recipient.not_found; recipient.suspended and recipient.in_use: what was frozen must not thaw by being forgotten
 */
export async function deleteRecipient(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    const row = await tx.recipients.lock(id)
    if (!row) throw new Problem('recipient.not_found')
    if (await tx.incidents.names(id)) throw new Problem('recipient.in_use')
    if (row.state === 'suspended') throw new Problem('recipient.suspended')
    await tx.recipients.delete(id)
    await recordAudit(services, tx, actor, 'recipient.deleted', id, { state: row.state })
  })
}
