import { Problem } from '../../domain/problem/problem.ts'
import type { EventRow } from '../../ports/store/event-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

/** Below 2^64, which is where transactions end. */
const CURSOR_SHAPE = /^\d{1,19}-\d{1,16}$/

/**
 * Events after a place, oldest first, in an order no later event can precede: a reader that goes on from the last one misses none.
 * @param page.after the cursor or the id of an event
 * @param page.field what the caller names that by, for a refusal
 * @throws Problem `request.invalid` when it is neither
 */
export async function listEvents(
  services: Services,
  scope: Scope,
  page: { readonly after?: string; readonly field?: 'after' | 'cursor'; readonly limit: number },
): Promise<EventRow[]> {
  const { after, field = 'after', limit } = page
  return services.store.asAccount(scope, async (tx) => {
    if (after === undefined || CURSOR_SHAPE.test(after)) return tx.events.list(after, limit)
    const event = await tx.events.get(after)
    if (!event) {
      throw new Problem('request.invalid', {
        field,
        detail: `"${field}" must be the cursor or the id of an event of this account and mode.`,
      })
    }
    return tx.events.list(event.cursor, limit)
  })
}

/** @throws Problem `event.not_found` */
export async function getEvent(services: Services, scope: Scope, eventId: string): Promise<EventRow> {
  return services.store.asAccount(scope, async (tx) => {
    const event = await tx.events.get(eventId)
    if (!event) throw new Problem('event.not_found')
    return event
  })
}
