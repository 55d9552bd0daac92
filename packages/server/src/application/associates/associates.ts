import type { AssociateKind, AssociateTies } from '../../domain/associates/associate.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { type Day, dayOf, isDay } from '../../domain/time/calendar-day.ts'
import type { AssociatePatch } from '../../ports/store/associate-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountKeys } from '../account-keys.ts'
import { readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { type OpenAssociate, openAssociate, sealExceptionReason } from '../sealed/associate-secrets.ts'
import type { Services } from '../services.ts'
import { type AssociateHooks, invalidAssociate, lockRunning, openedAssociate } from './held-associate.ts'

/** A clinic has a handful; the gate reads them all for each call. */
const ASSOCIATES_MAX = 200

export interface AssociateFields {
  readonly name: string
  readonly kind: AssociateKind
  readonly contact: string
  readonly ties: AssociateTies
  /** `null`: none. */
  readonly exception: { readonly reason: string; readonly until: Day } | null
}

export async function listAssociates(services: Services, scope: Scope): Promise<OpenAssociate[]> {
  return services.store.asAccount(scope, async (tx) => {
    const keys = await accountKeys(services, tx)
    return (await tx.associates.list()).map((row) => openAssociate(keys, row))
  })
}

/** @throws Problem `associate.not_found` */
export async function getAssociate(services: Services, scope: Scope, id: string): Promise<OpenAssociate> {
  return services.store.asAccount(scope, async (tx) => openedAssociate(services, tx, id))
}

/** @throws Problem `associate.test_key`, `associate.invalid` */
export async function createAssociate(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: AssociateFields,
  hooks: AssociateHooks = {},
): Promise<OpenAssociate> {
  if (scope.mode !== 'live') throw new Problem('associate.test_key')
  const id = services.random.id('asc')
  return services.store.asAccount(scope, async (tx) => {
    const { keys, now } = await readAccount(services, tx)
    if ((await tx.associates.list()).length >= ASSOCIATES_MAX)
      throw invalidAssociate(undefined, `An account has at most ${ASSOCIATES_MAX} associates.`)
    const { name, kind, contact, exception } = wanted
    await assertTies(tx, wanted.ties)
    const ties = tidy(wanted.ties)
    await tx.associates.insert({
      ...{ id, name, kind, contact, ties },
      exception: exception && exceptionOf(exception.until, actor, now),
      exceptionReasonSealed: exception && sealExceptionReason(keys, id, exception.reason),
      nextLookAt: now,
      createdAt: now,
      updatedAt: now,
    })
    await recordAudit(services, tx, actor, 'associate.created', id, {
      kind,
      ...ties,
      ...(exception ? { exceptionUntil: exception.until } : {}),
    })
    const made = await openedAssociate(services, tx, id)
    await hooks.inTransaction?.(tx, made)
    return made
  })
}

/** Changes what is named. @throws Problem `associate.not_found`, `associate.invalid`, `associate.ended` */
export async function changeAssociate(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  change: Partial<AssociateFields>,
): Promise<OpenAssociate> {
  return services.store.asAccount(scope, async (tx) => {
    await lockRunning(tx, id)
    const { keys, now } = await readAccount(services, tx)
    const { exception, ties, ...plain } = change
    if (ties) await assertTies(tx, ties)
    const patch: AssociatePatch = {
      ...plain,
      ...(ties === undefined ? {} : { ties: tidy(ties) }),
      ...(exception === undefined
        ? {}
        : {
            exception: exception && exceptionOf(exception.until, actor, now),
            exceptionReasonSealed: exception && sealExceptionReason(keys, id, exception.reason),
          }),
      nextLookAt: now,
      updatedAt: now,
    }
    await tx.associates.update(id, patch)
    await recordAudit(services, tx, actor, 'associate.changed', id, {
      fields: Object.keys(change),
      ...(patch.ties ?? {}),
      ...(exception ? { exceptionUntil: exception.until } : {}),
    })
    return openedAssociate(services, tx, id)
  })
}

/** From now on nothing goes to it; its contracts stay on record. @throws Problem `associate.not_found`, `associate.ended` */
export async function endAssociate(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<OpenAssociate> {
  return services.store.asAccount(scope, async (tx) => {
    await lockRunning(tx, id)
    const { now } = await readAccount(services, tx)
    await tx.associates.update(id, { endedAt: now, endedBy: actor.id, nextLookAt: null, updatedAt: now })
    await recordAudit(services, tx, actor, 'associate.ended', id, {})
    return openedAssociate(services, tx, id)
  })
}

/** An id that is mistyped would leave its trunk closed without a word. */
async function assertTies(tx: Tx, ties: AssociateTies): Promise<void> {
  const [trunks, providers] = [await tx.trunks.list(), await tx.providers.list()]
  const known = (rows: readonly { readonly id: string }[], ids: readonly string[]) =>
    ids.every((id) => rows.some((row) => row.id === id))
  if (!known(trunks, ties.trunkIds)) throw invalidAssociate('ties.trunkIds', 'The account has no such trunk.')
  if (!known(providers, ties.providerIds))
    throw invalidAssociate('ties.providerIds', 'The account has no such provider.')
}

function tidy({ trunkIds, providerIds, webhookHosts, systems }: AssociateTies): AssociateTies {
  const unique = <T>(values: readonly T[]) => [...new Set(values)]
  return {
    trunkIds: unique(trunkIds),
    providerIds: unique(providerIds),
    webhookHosts: unique(webhookHosts.map((host) => host.toLowerCase())),
    systems: unique(systems),
  }
}

function exceptionOf(until: Day, actor: Actor, at: Date) {
  if (!isDay(until)) throw invalidAssociate('exception.until', '"until" is not a day.')
  // It would cover nothing, and whoever recorded it would believe that it does.
  if (until < dayOf(at)) throw invalidAssociate('exception.until', 'The exception is over already.')
  return { until, at, by: actor.id }
}
