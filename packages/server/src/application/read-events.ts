import { Problem } from '../domain/problem.ts'
import type { EventRow, Scope } from '../ports/store.ts'
import type { Services } from './services.ts'

/** Events after a cursor, in an order no later event can precede: a reader that goes on from the last one misses none. */
export async function listEvents(
  services: Services,
  scope: Scope,
  page: { readonly after?: string; readonly limit: number; readonly subjectId?: string },
): Promise<EventRow[]> {
  return services.store.asAccount(scope, (tx) => tx.events.list(page.after, page.limit, page.subjectId))
}

/** @throws Problem `request.not_found` */
export async function getEvent(services: Services, scope: Scope, eventId: string): Promise<EventRow> {
  return services.store.asAccount(scope, async (tx) => {
    const event = await tx.events.get(eventId)
    if (!event) throw new Problem('request.not_found')
    return event
  })
}
