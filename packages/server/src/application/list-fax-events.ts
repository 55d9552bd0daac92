import { Problem } from '../domain/problem.ts'
import type { EventRow, Scope } from '../ports/store.ts'
import type { Services } from './services.ts'

/** What was told about one fax, oldest first. Throws `Problem('fax.not_found')`. */
export async function listFaxEvents(
  services: Services,
  scope: Scope,
  faxId: string,
  page: { readonly cursor?: string; readonly limit: number },
): Promise<{ readonly events: readonly EventRow[]; readonly nextCursor: string | null }> {
  return services.store.asAccount(scope, async (tx) => {
    if ((await tx.faxes.get(faxId)) === undefined) throw new Problem('fax.not_found')
    const rows = await tx.events.list(page.cursor, page.limit + 1, faxId)
    const events = rows.slice(0, page.limit)
    return { events, nextCursor: rows.length > page.limit ? events.at(-1)!.cursor : null }
  })
}
