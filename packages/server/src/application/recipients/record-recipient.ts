import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { recordAudit, recordEvent } from '../record-change.ts'
import type { Services } from '../services.ts'

/** Tells and audits what happened to a recipient or an incident. Neither counts events of its own, as a fax does. */
export async function recordGuardEvent(
  services: Services,
  tx: Tx,
  actor: Actor,
  happened: {
    readonly type: 'recipient.confirmed' | 'recipient.suspended' | 'incident.opened' | 'incident.closed'
    readonly subjectId: string
    /** Ids and words of ours only. */
    readonly data: Readonly<Record<string, string | null>>
    readonly at: Date
  },
): Promise<void> {
  const { type, subjectId, data, at } = happened
  await recordEvent(services, tx, { type, subjectId: null, data, at })
  await recordAudit(services, tx, actor, type, subjectId, data)
}
