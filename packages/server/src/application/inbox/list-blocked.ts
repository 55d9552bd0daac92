import type { BlockedCallRow } from '../../ports/store/mailbox-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { readAccount } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import { openBlockedCaller } from '../receiving/screen-call.ts'
import type { Services } from '../services.ts'

export interface OpenBlockedCall extends Omit<BlockedCallRow, 'fromSealed'> {
  /** `null`: withheld. */
  readonly from: string | null
}

/** Calls that rules refused, newest first. @throws Problem `request.invalid` for a cursor that cannot be one */
export async function listBlocked(
  services: Services,
  scope: Scope,
  query: { readonly cursor?: string; readonly limit: number },
): Promise<{ readonly calls: readonly OpenBlockedCall[]; readonly nextCursor: string | null }> {
  const { cursor, limit } = query
  assertCursor('blk', cursor)
  return services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    const rows = await tx.inboundRoutes.blockedCalls(cursor, limit + 1)
    const page = rows.slice(0, limit)
    const calls = page.map(({ fromSealed, ...call }) => ({
      ...call,
      from: openBlockedCaller(keys, call.id, fromSealed),
    }))
    return { calls, nextCursor: rows.length > limit ? page.at(-1)!.id : null }
  })
}
