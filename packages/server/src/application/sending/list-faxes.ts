import type { FaxStatus } from '../../domain/fax/fax.ts'
import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { type OpenFax, withSecrets } from '../faxes/open-fax.ts'
import { assertCursor } from '../page-cursor.ts'
import { numberHash } from '../sealed/fax-secrets.ts'
import type { Services } from '../services.ts'
import { assertTimeRange } from '../time-range.ts'

export interface FaxQuery {
  readonly statuses?: readonly FaxStatus[]
  /** Destination, as a person types it. */
  readonly number?: string
  readonly tag?: string
  /** Only those that wait for a person. */
  readonly held?: boolean
  readonly createdAfter?: Date
  readonly createdBefore?: Date
  /** `nextCursor` of the page before. */
  readonly cursor?: string
  readonly limit: number
}

export interface FaxListPage {
  readonly faxes: readonly OpenFax[]
  readonly nextCursor: string | null
}

/** Newest first. Throws `Problem('request.invalid')` for a cursor or a number that cannot be one, and a range that ends before it begins. */
export async function listFaxes(services: Services, scope: Scope, query: FaxQuery): Promise<FaxListPage> {
  const { number, cursor, limit, ...filter } = query
  assertCursor('fax', cursor)
  const { createdAfter: from, createdBefore: until } = query
  assertTimeRange({ from, until }, 'createdAfter', 'createdBefore')
  const to = number === undefined ? undefined : parseNumber(number)
  if (number !== undefined && to === undefined) throw new Problem('number.invalid', { field: 'number' })
  return services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    // One more than asked for tells whether there is a next page.
    const rows = await tx.faxes.list({
      ...filter,
      ...(to === undefined ? {} : { toHash: numberHash(keys, to) }),
      ...(cursor === undefined ? {} : { afterId: cursor }),
      limit: limit + 1,
    })
    const page = rows.slice(0, limit)
    const nextCursor = rows.length > limit ? page.at(-1)!.id : null
    return { faxes: page.map((fax) => withSecrets(keys, fax)), nextCursor }
  })
}
