import { createBitmap } from '@answerback/protocol/t4/bitmap'
import { encodeT6 } from '@answerback/protocol/t4/t6'
import {
  beginReception,
  endReception,
  keepReceivedPage,
} from '../../src/application/receiving/receive-fax.ts'
import type { CallEnd } from '../../src/domain/fax/disposition.ts'
import type { Mark } from '../../src/domain/inbox/inbox.ts'
import type { E164 } from '../../src/domain/numbers/number.ts'
import { PLAIN_NUMBER } from '../../src/domain/numbers/phone-number.ts'
import type { NumberRow } from '../../src/ports/store/number-store.ts'
import type { ReceivedFaxRow } from '../../src/ports/store/received-store.ts'
import type { Scope } from '../../src/ports/store/scope.ts'
import type { TestServices } from './services.ts'

export const CALLER = '+12025550177'
const BLANK = encodeT6(createBitmap(1728, 40))

/** A number the account owns from now on. */
export async function ownNumber(services: TestServices, scope: Scope, number: string): Promise<NumberRow> {
  const at = new Date(services.clock.now())
  const made = await services.store.asAccount(scope, (tx) =>
    tx.numbers.insert({
      id: services.random.id('num'),
      number: number as E164,
      carrier: 'sandbox',
      carrierRef: null,
      trunkId: null,
      mailboxId: null,
      settings: PLAIN_NUMBER,
      createdAt: at,
      updatedAt: at,
    }),
  )
  if (!made) throw new Error(`${number} is owned already.`)
  return made
}

export interface Arrival {
  readonly to: string
  readonly from?: string | null
  readonly pages?: number
  /** Of every page; absent: blank ones. */
  readonly t6?: Uint8Array
  /** How long the call takes, ms. */
  readonly takesMs?: number
  readonly disposition?: CallEnd['disposition']
  readonly mark?: Mark
}

/** A call that is coming in. */
export interface Coming {
  readonly id: string
  end(disposition?: CallEnd['disposition']): Promise<ReceivedFaxRow>
}

/** The beginning of a call, with its pages kept. */
export async function beginFax(
  services: TestServices,
  scope: Scope,
  { to, from = CALLER, pages = 1, t6 = BLANK }: Arrival,
): Promise<Coming> {
  const { id } = await services.store.asAccount(scope, (tx) =>
    beginReception(services, tx, { line: 'sandbox', trunkId: null, to, from }),
  )
  const reception = { scope, id }
  for (let number = 1; number <= pages; number += 1) {
    const facts = { width: 1728, rows: 40, resolution: 'fine', badRows: 0, quality: 'clean' } as const
    await keepReceivedPage(services, reception, { number, t6, ...facts })
  }
  return {
    id,
    async end(disposition = 'delivered') {
      await endReception(services, reception, { disposition, dataExchanged: 'some' })
      const row = await services.store.asAccount(scope, (tx) => tx.received.get(id))
      return row!
    },
  }
}

/** A whole call: it begins now, and the clock moves on by as long as it takes. */
export async function receiveFax(
  services: TestServices,
  scope: Scope,
  arrival: Arrival,
): Promise<ReceivedFaxRow> {
  const coming = await beginFax(services, scope, arrival)
  await services.clock.advance(arrival.takesMs ?? 30_000)
  const received = await coming.end(arrival.disposition)
  return arrival.mark === undefined ? received : markFax(services, scope, received.id, arrival.mark)
}

export async function markFax(
  services: TestServices,
  scope: Scope,
  id: string,
  mark: Mark,
): Promise<ReceivedFaxRow> {
  const row = await services.store.asAccount(scope, (tx) => tx.received.amend(id, { mark }))
  return row!
}
