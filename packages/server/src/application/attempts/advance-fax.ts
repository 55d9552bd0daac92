import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import { Fault } from '../../domain/fax/fax.ts'
import type { Line } from '../../ports/line.ts'
import type { AttemptRow } from '../../ports/store/attempt-store.ts'
import { type FaxRow, StaleLease } from '../../ports/store/fax-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { changeStatus, dispositionPatch } from '../faxes/change-status.ts'
import { chooseLine } from '../faxes/choose-line.ts'
import { endFax } from '../faxes/end-fax.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import { type Hold, holdFax } from '../faxes/hold-fax.ts'
import { FrozenNumber, holdNumber } from '../faxes/hold-number.ts'
import type { FaxSecrets } from '../sealed/fax-secrets.ts'
import type { Services } from '../services.ts'
import { releaseDestination, takeDestination } from './destination.ts'
import { endAttempt } from './end-attempt.ts'
import { followAttempt } from './follow-attempt.ts'
import { handOverFax } from './hand-over-fax.ts'
import { keepLease, type LeaseKeeper } from './keep-lease.ts'
import { postponeFax } from './postpone-fax.ts'
import { type PreparedPages, prepareFax } from './prepare-fax.ts'
import { takeProvider } from './provider-route.ts'
import { runAttempt } from './run-attempt.ts'
import { releaseRoute, takeRoute } from './take-route.ts'
import { waitForDestination } from './wait-for-destination.ts'
import { waitForProvider, waitForRoute } from './wait-for-route.ts'

/** Names the fax a job is about. */
export interface FaxJob {
  readonly scope: Scope
  readonly faxId: string
}

/**
 * Does what comes next for a fax: recover from a dead worker, end it when a person or the watchdog says so, render, wait
 * for the destination, or call. A job whose fax is not due, has ended or is in other hands does nothing, so that jobs may
 * come twice, late or out of order.
 *
 * @param signal aborts when the server stops or the job was taken over: a call is then hung up and journalled
 */
export async function advanceFax(services: Services, job: FaxJob, signal: AbortSignal): Promise<void> {
  const hold = await holdFax(services, job.scope, job.faxId)
  if (!hold) return
  const keeper = keepLease(services, hold.held, signal)
  try {
    await advance(services, hold, keeper)
  } catch (error) {
    if (error instanceof StaleLease || keeper.reason === 'lease_lost') {
      services.log.warn('fax.lease_lost', { faxId: job.faxId })
      return
    }
    if (error instanceof FrozenNumber) await holdFrozen(services, hold.held)
    else await postponeFax(services, hold.held, keeper.reason, error)
  } finally {
    keeper.stop()
  }
}

async function advance(services: Services, hold: Hold, keeper: LeaseKeeper): Promise<void> {
  const { held, openAttempt } = hold
  const { fax, account, scope } = held
  if (openAttempt) return recover(services, held, openAttempt, keeper)
  const over = whyOver(fax, account.now)
  if (over) {
    await services.store.asAccount(scope, (tx) => endFax(services, tx, held, over))
    return
  }
  if (!held.secrets) throw new Fault('The numbers of the fax do not open.')
  const prepared = fax.pagesDocumentId === null ? await prepare(services, hold, keeper) : undefined
  if (prepared === 'refused') return
  if (!(await takeDestination(services, fax))) return waitForDestination(services, held, prepared)
  let isHandedOver = false
  try {
    isHandedOver = await call(services, held, held.secrets, keeper, prepared)
  } finally {
    if (!isHandedOver) await releaseDestination(services, fax)
  }
}

/** Takes up an attempt without a worker: whoever made the call is gone, or a provider makes it and is to be asked. */
async function recover(
  services: Services,
  held: HeldFax,
  attempt: AttemptRow,
  keeper: LeaseKeeper,
): Promise<void> {
  const way = attempt.trunkId ?? attempt.providerId
  if (attempt.providerId === null) {
    await endAttempt(services, held, attempt, { told: undefined, workerLost: true })
  } else if (await followAttempt(services, held, attempt, keeper)) {
    return
  }
  await releaseDestination(services, held.fax)
  if (way !== null) await releaseRoute(services, held.fax.id, [way])
}

/**
 * Calls on the line of the fax's mode; where that uses trunks, on the first of them that is free.
 * @returns whether a provider has the fax now, or may have it
 */
async function call(
  services: Services,
  held: HeldFax,
  secrets: FaxSecrets,
  keeper: LeaseKeeper,
  prepared: PreparedPages | undefined,
): Promise<boolean> {
  const chosen = chooseLine(services, held.scope, held.account.row.settings)
  if (!chosen) throw new Fault('The line that the account chose is not configured.')
  if (chosen.kind === 'provider') return callThroughProvider(services, held, secrets, keeper, prepared)
  await callOnLine(services, held, secrets, chosen.line, keeper, prepared)
  return false
}

async function callThroughProvider(
  services: Services,
  held: HeldFax,
  secrets: FaxSecrets,
  keeper: LeaseKeeper,
  prepared: PreparedPages | undefined,
): Promise<boolean> {
  const route = await takeProvider(services, held, secrets)
  if (route.kind !== 'taken') {
    await waitForProvider(services, held, route, prepared)
    return false
  }
  let isHandedOver = false
  try {
    isHandedOver = await handOverFax(services, held, secrets, route.provider, keeper, prepared)
    return isHandedOver
  } finally {
    if (!isHandedOver) await releaseRoute(services, held.fax.id, [route.provider.id])
  }
}

async function callOnLine(
  services: Services,
  held: HeldFax,
  secrets: FaxSecrets,
  line: Line,
  keeper: LeaseKeeper,
  prepared: PreparedPages | undefined,
): Promise<void> {
  if (!line.usesTrunks) return void (await runAttempt(services, held, secrets, { line }, keeper, prepared))
  const route = await takeRoute(services, held, secrets)
  if (route.kind !== 'taken') return waitForRoute(services, held, route, prepared)
  try {
    await runAttempt(services, held, secrets, { line, trunk: route.trunk }, keeper, prepared)
  } finally {
    await releaseRoute(services, held.fax.id, [route.trunk.id])
  }
}

/** Between its being taken up and its call the number was suspended, or it was before. */
async function holdFrozen(services: Services, held: HeldFax): Promise<void> {
  try {
    await services.store.asAccount(held.scope, (tx) => holdNumber(services, tx, held, 'suspended'))
  } catch (error) {
    if (!(error instanceof StaleLease)) throw error
    services.log.warn('fax.lease_lost', { faxId: held.fax.id })
  }
}

function whyOver(fax: FaxRow, now: Date): 'canceled' | 'expired' | undefined {
  if (fax.cancelRequestedAt !== null) return 'canceled'
  return fax.deadlineAt <= now ? 'expired' : undefined
}

async function prepare(
  services: Services,
  hold: Hold,
  keeper: LeaseKeeper,
): Promise<PreparedPages | 'refused'> {
  const { held } = hold
  if (!held.secrets) throw new Fault('The numbers of the fax do not open.')
  try {
    return await prepareFax(services, hold, held.secrets, keeper.signal)
  } catch (error) {
    if (!(error instanceof DocumentRefusal)) throw error
    await refuse(services, held, error)
    return 'refused'
  }
}

/** The refusal's sentence is made for people and never quotes the document. */
async function refuse(services: Services, held: HeldFax, refusal: DocumentRefusal): Promise<void> {
  const endedAt = new Date(services.clock.now() + held.account.aheadMs)
  const patch = {
    ...dispositionPatch('document_refused'),
    code: refusal.code,
    message: refusal.message,
    endedAt,
  }
  await services.store.asAccount(held.scope, (tx) => changeStatus(services, tx, held, 'failed', patch))
}
