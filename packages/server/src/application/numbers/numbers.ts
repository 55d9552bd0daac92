import { parseNumber } from '../../domain/numbers/number.ts'
import type { NumberSettings } from '../../domain/numbers/phone-number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { NumberRow } from '../../ports/store/number-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountNow } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import { findByOrder } from './number-names.ts'

export interface NumberQuery {
  /** Also those given back. */
  readonly released?: boolean
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  readonly limit: number
}

export interface NumberPage {
  readonly numbers: readonly NumberRow[]
  readonly nextCursor: string | null
}

/** Newest first. @throws Problem `request.invalid` for a cursor that cannot be one */
export async function listNumbers(
  services: Services,
  scope: Scope,
  { released, cursor, limit }: NumberQuery,
): Promise<NumberPage> {
  assertCursor('num', cursor)
  // One more than asked for tells whether there is a next page.
  const rows = await services.store.asAccount(scope, (tx) =>
    tx.numbers.list({
      limit: limit + 1,
      ...(released === undefined ? {} : { released }),
      ...(cursor === undefined ? {} : { afterId: cursor }),
    }),
  )
  const numbers = rows.slice(0, limit)
  return { numbers, nextCursor: rows.length > limit ? numbers.at(-1)!.id : null }
}

/** Also one given back. @throws Problem `number.not_found` */
export async function getNumber(services: Services, scope: Scope, id: string): Promise<NumberRow> {
  return services.store.asAccount(scope, (tx) => find(tx, id))
}

/**
 * By both of the names an iFax client knows it by.
 * @param orderId digits; a number where the client has made one of them, which is exact to about 16 digits
 * @throws Problem `number.not_found` when they are not of one number owned now
 */
export async function getNumberByOrder(
  services: Services,
  scope: Scope,
  numberId: number,
  orderId: string | number,
): Promise<NumberRow> {
  const number = await services.store.asAccount(scope, (tx) => findByOrder(tx, { numberId, orderId }))
  if (number.releasedAt) throw new Problem('number.not_found')
  return number
}

/** What to set; `null` takes it away. */
export interface NumberChange {
  readonly label?: string | null
  readonly department?: string | null
  readonly callerId?: string | null
  readonly headerText?: string | null
  readonly mailboxId?: string | null
}

/** @throws Problem `number.not_found`, also for one given back; `number.invalid`, `request.invalid` naming the field */
export async function updateNumber(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  change: NumberChange,
): Promise<NumberRow> {
  const { mailboxId, ...wanted } = change
  const settings = { ...wanted, ...checkedCallerId(change.callerId) } as Partial<NumberSettings>
  return services.store.asAccount(scope, async (tx) => {
    const held = await tx.numbers.lock(id)
    if (!held || held.releasedAt) throw new Problem('number.not_found')
    if (mailboxId) await assertMailbox(tx, mailboxId)
    const changed = await tx.numbers.update(id, {
      settings: { ...held.settings, ...settings },
      ...(mailboxId === undefined ? {} : { mailboxId }),
      updatedAt: await accountNow(services, tx),
    })
    await recordAudit(services, tx, actor, 'number.changed', id, { fields: Object.keys(change) })
    return changed ?? held
  })
}

function checkedCallerId(text: string | null | undefined): Partial<NumberSettings> {
  if (text === undefined || text === null) return {}
  const callerId = parseNumber(text)
  if (callerId === undefined) {
    throw new Problem('number.invalid', { field: 'callerId', detail: '"callerId" must be E.164.' })
  }
  return { callerId }
}

async function assertMailbox(tx: Tx, id: string): Promise<void> {
  if (await tx.mailboxes.get(id)) return
  throw new Problem('request.invalid', {
    field: 'mailboxId',
    detail: '"mailboxId" must be a mailbox of this account and mode.',
  })
}

async function find(tx: Tx, id: string): Promise<NumberRow> {
  const number = await tx.numbers.get(id)
  // An order that came to nothing was never a number of the account.
  if (!number || (number.releasedAt && number.ordering)) throw new Problem('number.not_found')
  return number
}
