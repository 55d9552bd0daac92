import { Problem } from '../../domain/problem/problem.ts'
import type { EventType } from '../../domain/webhooks/event.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import { accountNow } from '../account-now.ts'
import { recordAudit, recordEvent } from '../record-change.ts'
import type { Services } from '../services.ts'

/**
 * Tells an event that did not happen, to every webhook that wants its kind, so that a receiver can be tried out. Its data
 * have the shape of a real one and say `"sample": true`.
 * @throws Problem `test.live_key`
 */
export async function triggerTestEvent(
  services: Services,
  scope: Scope,
  actor: Actor,
  type: EventType,
): Promise<string> {
  if (scope.mode !== 'test') throw new Problem('test.live_key')
  return services.store.asAccount(scope, async (tx) => {
    const at = await accountNow(services, tx)
    const id = await recordEvent(services, tx, { type, subjectId: null, data: sampleData(type), at })
    await recordAudit(services, tx, actor, 'test.event_triggered', id, { type })
    return id
  })
}

const SAMPLE_PAGES = 2

/** A fax of two pages in the state the event speaks of. */
function sampleData(type: EventType): Readonly<Record<string, unknown>> {
  if (!type.startsWith('fax.')) return { sample: true }
  const delivered = type === 'fax.delivered'
  const status = type === 'fax.attempt.failed' ? 'retrying' : type.slice('fax.'.length)
  return {
    sample: true,
    faxId: 'fax_00000000000000000000000000',
    jobId: 0,
    status,
    pageCount: SAMPLE_PAGES,
    pagesConfirmed: delivered ? SAMPLE_PAGES : 0,
    attemptCount: ['scheduled', 'queued', 'preparing'].includes(status) ? 0 : 1,
    disposition: delivered ? 'delivered' : null,
    code: delivered ? 'ok' : null,
  }
}
