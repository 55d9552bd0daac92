import type { Offer } from '../../../application/numbers/number-catalogue.ts'
import type { NumberRow } from '../../../ports/store/number-store.ts'
import { timeOrNull } from './time.ts'

/** A number as its account sees it. It is the account's own, so it is never masked. */
export function numberView(number: NumberRow) {
  const { label, department, callerId, headerText } = number.settings
  return {
    id: number.id,
    number: number.number,
    numericId: number.numberId,
    orderId: number.orderId,
    livemode: number.mode === 'live',
    status: statusOf(number),
    carrier: number.carrier,
    simulated: number.carrier === 'sandbox',
    trunkId: number.trunkId,
    ...{ label, department, callerId, headerText },
    mailboxId: number.mailboxId,
    createdAt: number.createdAt.toISOString(),
    updatedAt: number.updatedAt.toISOString(),
    releasedAt: timeOrNull(number.releasedAt),
  }
}

function statusOf({ ordering, releasedAt }: NumberRow) {
  if (releasedAt) return 'released' as const
  return ordering ? ('ordering' as const) : ('active' as const)
}

export function offerView({ number, areaId, carrier }: Offer) {
  return { number, areaId, carrier, simulated: carrier === 'sandbox' }
}
