import { lookAtAssociates } from '../associates/look-at-associates.ts'
import { escalateOverdue } from '../inbox/escalate-overdue.ts'
import { settleLostOrders } from '../numbers/number-orders.ts'
import { endReception, type Reception } from '../receiving/receive-fax.ts'
import type { Services } from '../services.ts'
import { alarmUnreviewed } from './alarm-unreviewed.ts'
import { wakeDue } from './wake-due.ts'

/** What one sweep found; all zero on a quiet server whose jobs arrive. */
export interface SweepReport {
  readonly lostLeases: number
  readonly dueFaxes: number
  readonly dueDeliveries: number
  readonly dueNotices: number
  readonly lostReceptions: number
  readonly unexamined: number
  readonly unread: number
  readonly escalated: number
  readonly unsentNotices: number
  readonly deletedBlobs: number
}

/** Rows taken up in one sweep; the next one follows within seconds. */
const ROWS_MAX = 200
/** A row this long due has no job, or its job waits in a full queue and a second one does no harm. */
const OVERDUE_MS = 5_000
/** Looking at pages takes under a second each, reading one some seconds, behind others: jobs wait, and a second one finds nothing to do. */
const UNEXAMINED_MS = 60_000
const UNREAD_MS = 30 * 60_000

/**
 * The safety net under the queue, run every five seconds by every process: rows hold the truth, and whatever lost
 * its job gets a new one. Also deletes what has expired.
 */
export async function sweep(services: Services): Promise<SweepReport> {
  const { blobs, clock, store } = services
  const now = new Date(clock.now())
  const overdue = new Date(clock.now() - OVERDUE_MS)
  const found = await store.asSystem(async (tx) => ({
    lost: await tx.due.lostFaxes(now, ROWS_MAX),
    receptions: await tx.due.lostReceptions(now, ROWS_MAX),
    faxes: await tx.due.faxes(overdue, ROWS_MAX),
    deliveries: await tx.due.deliveries(overdue, ROWS_MAX),
    unexamined: await tx.due.unexamined(new Date(clock.now() - UNEXAMINED_MS), ROWS_MAX),
    unread: await tx.due.unread(new Date(clock.now() - UNREAD_MS), ROWS_MAX),
    notices: await tx.due.upstreamNotices(overdue, ROWS_MAX),
    neglected: await tx.due.neglected(now, ROWS_MAX),
    unsent: await tx.due.notices(overdue, ROWS_MAX),
    expired: await tx.leftovers.deleteExpired(now),
  }))
  const { lost, receptions, faxes, deliveries, unexamined, unread, neglected, unsent, expired } = found
  // A lost lease is both overdue and lost; one job is enough.
  const seen = new Set(lost.map(({ id }) => id))
  const due = faxes.filter(({ id }) => !seen.has(id))
  await wakeDue(services, 'advance-fax', [...lost, ...due])
  await wakeDue(services, 'deliver-webhook', deliveries)
  await wakeDue(services, 'fetch-upstream', found.notices)
  await wakeDue(services, 'examine-received', unexamined)
  await wakeDue(services, 'read-text', unread)
  await wakeDue(services, 'send-notice', unsent)
  // Whoever answered them is gone, and the far end with it: the pages that were kept are what was received.
  for (const lost of receptions) await endLostReception(services, lost)
  await settleLostOrders(services)
  await alarmUnreviewed(services)
  await lookAtAssociates(services)
  const escalated = await escalateOverdue(services, neglected)

  // The rows are gone already: a crash here leaves a blob that nothing names and whose key nobody has.
  for (const key of expired.blobKeys) await blobs.delete(key)
  const report = {
    lostLeases: lost.length,
    dueFaxes: due.length,
    dueDeliveries: deliveries.length,
    dueNotices: found.notices.length,
    lostReceptions: receptions.length,
    unexamined: unexamined.length,
    unread: unread.length,
    escalated,
    unsentNotices: unsent.length,
    deletedBlobs: expired.blobKeys.length,
  }
  if (report.lostLeases > 0) services.log.warn('sweep.leases_lost', { count: report.lostLeases })
  return report
}

/** One that cannot be ended, such as for a key that is gone, must not keep the others. */
async function endLostReception(services: Services, lost: Reception): Promise<void> {
  try {
    await endReception(services, lost, { disposition: 'worker_lost', dataExchanged: 'unknown' })
  } catch (error) {
    services.log.error('inbound.not_ended', { inboundId: lost.id, error })
  }
}
