import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import {
  beginReception,
  endReception,
  keepReceivedPage,
} from '../../src/application/receiving/receive-fax.ts'
import type { Services } from '../../src/application/services.ts'
import type { CallEnd } from '../../src/domain/fax/disposition.ts'
import type { E164 } from '../../src/domain/numbers/number.ts'
import { PLAIN_NUMBER } from '../../src/domain/numbers/phone-number.ts'
import type { ReceivedFaxRow } from '../../src/ports/store/received-store.ts'
import type { Scope } from '../../src/ports/store/scope.ts'

export const CALLED = '+12025550170' as E164
export const CALLER = '+12025550171'

export interface Arrival {
  readonly to?: string
  readonly from?: string | null
  /** Default 1. */
  readonly pages?: number
  readonly end?: Partial<CallEnd>
  /** Before the call ends. */
  readonly during?: (id: string) => Promise<unknown>
}

/** A call that has come in and ended, as a line would tell of it. */
export async function receive(
  services: Services,
  scope: Scope,
  { to = CALLED, from = CALLER, pages = 1, end = {}, during }: Arrival = {},
): Promise<ReceivedFaxRow> {
  const incoming = { line: 'sandbox', trunkId: null, to, from }
  const { id } = await services.store.asAccount(scope, (tx) => beginReception(services, tx, incoming))
  const reception = { scope, id }
  for (let number = 1; number <= pages; number += 1) {
    const page = { number, width: 1728, rows: 100, resolution: 'fine', badRows: 0, quality: 'clean' } as const
    await keepReceivedPage(services, reception, { ...page, t6: encodeT6(createBitmap(1728, 100)) })
  }
  await during?.(id)
  await endReception(services, reception, { disposition: 'delivered', dataExchanged: 'some', ...end })
  return readReceived(services, scope, id)
}

export async function readReceived(services: Services, scope: Scope, id: string): Promise<ReceivedFaxRow> {
  const received = await services.store.asAccount(scope, (tx) => tx.received.get(id))
  if (!received) throw new Error('There is no such received fax.')
  return received
}

/** Types of the events told about it, in order. */
export async function eventsOf(services: Services, scope: Scope, id: string): Promise<string[]> {
  const events = await services.store.asAccount(scope, (tx) => tx.events.listOfFax(id, 0, 100))
  return events.map(({ type }) => type)
}

/** A number of the account. Returns its id. */
export async function ownNumber(
  services: Services,
  scope: Scope,
  wanted: { readonly number?: string; readonly mailboxId?: string } = {},
): Promise<string> {
  const id = services.random.id('num')
  const at = new Date(services.clock.now())
  const { number = CALLED, mailboxId = null } = wanted
  await services.store.asAccount(scope, (tx) =>
    tx.numbers.insert({
      ...{ id, mailboxId, number: number as E164, carrier: 'sandbox', carrierRef: null, trunkId: null },
      ...{ settings: PLAIN_NUMBER, createdAt: at, updatedAt: at },
    }),
  )
  return id
}
