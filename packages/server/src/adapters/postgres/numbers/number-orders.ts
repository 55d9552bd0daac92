import { sql } from 'kysely'
import type { NumberOrder } from '../../../ports/store/number-store.ts'

/** `carrier_ref` of a number that is being ordered: there is no reference yet, so the order stands in its place. */
interface StoredOrder {
  readonly ordering?: { readonly token: string; readonly since: string }
}

/** What `carrier_ref` holds. */
export function readCarrierRef(stored: Readonly<Record<string, unknown>> | null): {
  readonly carrierRef: Readonly<Record<string, unknown>> | null
  readonly ordering: NumberOrder | null
} {
  const { ordering } = (stored ?? {}) as StoredOrder
  if (!ordering) return { carrierRef: stored, ordering: null }
  return { carrierRef: null, ordering: { token: ordering.token, since: new Date(ordering.since) } }
}

export function writeCarrierRef(
  carrierRef: Readonly<Record<string, unknown>> | null | undefined,
  ordering: NumberOrder | null | undefined,
) {
  if (ordering) {
    const { token, since } = ordering
    return JSON.stringify({ ordering: { token, since: since.toISOString() } })
  }
  return carrierRef ? JSON.stringify(carrierRef) : sql<null>`null`
}
