import { concludeAttempt, type HangUpReason } from '../../domain/attempts/attempt-end.ts'
import { overrideRetry } from '../../domain/attempts/retry-overrides.ts'
import { decideRetry, type RetryDecision } from '../../domain/attempts/retry-policy.ts'
import type { CallEnd, Disposition } from '../../domain/fax/disposition.ts'
import type { AttemptRow } from '../../ports/store/attempt-store.ts'
import type { FaxPatch, FaxRow } from '../../ports/store/fax-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import { sealEvidence } from '../faxes/call-evidence.ts'
import { changeStatus, dispositionPatch } from '../faxes/change-status.ts'
import { enqueueAdvance } from '../faxes/fax-schedule.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import { learnRecipient } from '../recipients/learn-recipient.ts'
import { recordFaxEvent } from '../record-change.ts'
import type { Services } from '../services.ts'
import { failsOver, learnRoute } from './learn-route.ts'

/** What became of a call, seen from here. */
export interface CallOutcome {
  /** The line's word; `undefined` when it failed, or its worker died. */
  readonly told: CallEnd | undefined
  readonly hungUp?: HangUpReason | undefined
  /** The worker that made the call is gone: only its journal tells. */
  readonly workerLost?: boolean
  /** Where a provider placed the call: its word on the pages of this attempt, and on why it ended. */
  readonly upstream?: {
    readonly reported: number
    readonly code: number | null
    readonly cause: string | null
  }
}

/**
 * Writes how an attempt ended and what follows, in one transaction: the attempt, the fax's new status, its events and audit, and
 * the job of the next attempt; where another trunk takes over, that is due at once. Nothing is held afterwards.
 * @throws StaleLease when the fax is another worker's by now; it then ends the attempt
 */
export async function endAttempt(
  services: Services,
  held: HeldFax,
  attempt: Pick<AttemptRow, 'id' | 'firstPage' | 'trunkId'>,
  outcome: CallOutcome,
): Promise<FaxRow> {
  return services.store.asAccount(held.scope, async (tx) => {
    const { account, fax } = held
    const now = new Date(services.clock.now() + account.aheadMs)
    if (outcome.upstream) await recordWord(tx, attempt, outcome.upstream, now)
    const entries = await tx.attempts.entries(attempt.id)
    const hungUp = outcome.workerLost ? 'stopping' : outcome.hungUp
    const reading = concludeAttempt(entries, fax.pageCount ?? 0, outcome.told, hungUp)
    const { end } = reading
    const failedOver = await failsOver(tx, held, attempt.trunkId, end)
    const sealed = sealEvidence(account.keys, 'attempt', attempt.id, end)
    await tx.attempts.end(attempt.id, now, end, reading.pagesConfirmed, sealed, failedOver)
    if (attempt.trunkId !== null) await learnRoute(tx, fax.toHash, attempt.trunkId, end, now)
    await learnRecipient(services, tx, held, end, now)
    const pagesConfirmed = attempt.firstPage - 1 + reading.pagesConfirmed
    const history = await tx.attempts.history(fax.id)
    const policy = overrideRetry(services.policy.retry, account.row.settings.retryPolicy)
    const decision: RetryDecision = failedOver
      ? { kind: 'retry', delaySeconds: 0 }
      : decideRetry(policy, history, pagesConfirmed)
    const patch = { pagesConfirmed, ...dispositionPatch(end.disposition) }
    const changed = await follow(services, tx, held, { decision, patch, now })
    logEnd(services, changed, attempt.id, end.disposition)
    return changed
  })
}

/** Journalled in the same transaction as the end: the provider's word and what follows from it. */
async function recordWord(
  tx: Tx,
  attempt: Pick<AttemptRow, 'id' | 'firstPage'>,
  told: NonNullable<CallOutcome['upstream']>,
  now: Date,
): Promise<void> {
  await tx.providers.quote(attempt.id, told)
  for (let page = attempt.firstPage; page < attempt.firstPage + told.reported; page += 1) {
    await tx.attempts.journal(attempt.id, now, { kind: 'page_reported', page })
  }
}

interface Following {
  readonly decision: RetryDecision
  readonly patch: FaxPatch
  readonly now: Date
}

async function follow(services: Services, tx: Tx, held: HeldFax, following: Following): Promise<FaxRow> {
  const { decision, patch, now } = following
  const { account, fax } = held
  if (decision.kind === 'end') {
    if (decision.status !== 'delivered') {
      const seen = await tx.faxes.transition(fax.id, fax.status, fax.status, patch, fax.leaseToken)
      await recordFaxEvent(services, tx, seen, 'fax.attempt.failed', { at: now })
    }
    const { fax: ended } = await changeStatus(services, tx, held, decision.status, { ...patch, endedAt: now })
    return ended
  }
  const wantedMs = now.getTime() + decision.delaySeconds * 1000
  // The watchdog looks when the time is over, so no retry waits past it.
  const nextActionAt = new Date(Math.min(wantedMs, fax.deadlineAt.getTime()))
  const seen = await tx.faxes.transition(
    fax.id,
    fax.status,
    fax.status,
    { ...patch, nextActionAt },
    fax.leaseToken,
  )
  await recordFaxEvent(services, tx, seen, 'fax.attempt.failed', { at: now, nextAttemptAt: nextActionAt })
  const next = await changeStatus(services, tx, held, 'retrying', {}, { nextAttemptAt: nextActionAt })
  await tx.faxes.releaseLease(fax.id, fax.leaseToken)
  // A cancel that came while the call ended is seen to at once.
  const isDueNow = next.fax.cancelRequestedAt !== null
  await enqueueAdvance(services, tx, account, isDueNow ? { ...next.fax, nextActionAt: null } : next.fax)
  return next.fax
}

function logEnd(services: Services, fax: FaxRow, attemptId: string, disposition: Disposition): void {
  const { id, status, attemptCount, pagesConfirmed } = fax
  services.log.info('fax.attempt_ended', {
    faxId: id,
    attemptId,
    disposition,
    status,
    attempt: attemptCount,
    pages: pagesConfirmed,
  })
}
