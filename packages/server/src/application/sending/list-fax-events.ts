import { Problem } from '../../domain/problem/problem.ts'
import type { EventRow } from '../../ports/store/event-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

/**
 * What was told about one fax, oldest first, up to the last event committed.
 * @param page.cursor the `sequence` of the last event of the page before, as text
 * @throws Problem `fax.not_found`
 */
export async function listFaxEvents(
  services: Services,
  scope: Scope,
  faxId: string,
  page: { readonly cursor?: string; readonly limit: number },
): Promise<{ readonly events: readonly EventRow[]; readonly nextCursor: string | null }> {
  return services.store.asAccount(scope, async (tx) => {
    if ((await tx.faxes.get(faxId)) === undefined) throw new Problem('fax.not_found')
    const rows = await tx.events.listOfFax(faxId, Number(page.cursor ?? 0), page.limit + 1)
    const events = rows.slice(0, page.limit)
    return { events, nextCursor: rows.length > page.limit ? String(events.at(-1)!.sequence) : null }
  })
}
