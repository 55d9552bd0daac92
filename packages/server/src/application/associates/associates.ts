import type {
  AssociateKind,
  AssociateTies,
  ClauseAnswers,
  ClauseName,
} from '../../domain/associates/associate.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { type Day, dayOf, isDay } from '../../domain/time/calendar-day.ts'
import type { AgreementRow, AssociatePatch, AssociateRow } from '../../ports/store/associate-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { accountKeys } from '../account-keys.ts'
import { readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import {
  type OpenAssociate,
  openAssociate,
  sealAgreementNotes,
  sealExceptionReason,
} from '../sealed/associate-secrets.ts'
import type { Services } from '../services.ts'

/** A clinic has a handful; the gate reads them all for each call. */
const ASSOCIATES_MAX = 200
/** A renewal a year, for longer than anybody keeps a carrier. */
const AGREEMENTS_MAX = 50

export interface AssociateFields {
  readonly name: string
  readonly kind: AssociateKind
  readonly contact: string
  readonly ties: AssociateTies
  /** `null`: none. */
  readonly exception: { readonly reason: string; readonly until: Day } | null
}

export interface NewAgreement {
  readonly signedOn: Day
  readonly effectiveOn: Day
  readonly expiresOn: Day | null
  readonly scope: string
  readonly clauses: { readonly [Name in ClauseName]?: ClauseFields }
  /** An upload of this account and mode that no fax is made of, which is kept from then on. */
  readonly documentId: string | null
}

interface ClauseFields {
  readonly answer: NonNullable<ClauseAnswers[ClauseName]>
  readonly note: string | null
}

export interface AssociateHooks {
  readonly inTransaction?: (tx: Tx, associate: OpenAssociate) => Promise<void>
}

export async function listAssociates(services: Services, scope: Scope): Promise<OpenAssociate[]> {
  return services.store.asAccount(scope, async (tx) => {
    const keys = await accountKeys(services, tx)
    return (await tx.associates.list()).map((row) => openAssociate(keys, row))
  })
}

/** @throws Problem `associate.not_found` */
export async function getAssociate(services: Services, scope: Scope, id: string): Promise<OpenAssociate> {
  return services.store.asAccount(scope, async (tx) => opened(services, tx, id))
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
      throw invalid(undefined, `An account has at most ${ASSOCIATES_MAX} associates.`)
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
    const made = await opened(services, tx, id)
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
    return opened(services, tx, id)
  })
}

/**
 * Adds a signed contract; what was there stays.
 * @throws Problem `associate.not_found`, `associate.invalid`, `associate.ended`, `document.not_found`
 */
export async function addAgreement(
  services: Services,
  scope: Scope,
  actor: Actor,
  associateId: string,
  wanted: NewAgreement,
  hooks: AssociateHooks = {},
): Promise<OpenAssociate> {
  const id = services.random.id('agr')
  return services.store.asAccount(scope, async (tx) => {
    const associate = await lockRunning(tx, associateId)
    const { keys, now } = await readAccount(services, tx)
    if (associate.agreements.length >= AGREEMENTS_MAX)
      throw invalid(undefined, `An associate has at most ${AGREEMENTS_MAX} agreements.`)
    assertDays(wanted, dayOf(now))
    const { documentId, signedOn, effectiveOn, expiresOn } = wanted
    if (documentId !== null) await keepUnused(tx, documentId)
    const { clauses, clauseNotes } = splitClauses(wanted.clauses)
    const agreement: AgreementRow = {
      ...{ id, signedOn, effectiveOn, expiresOn, clauses, documentId },
      notesSealed: sealAgreementNotes(keys, id, { scope: wanted.scope, clauseNotes }),
      createdAt: now,
      createdBy: actor.id,
    }
    await tx.associates.addAgreement(associateId, agreement)
    await tx.associates.update(associateId, { nextLookAt: now, updatedAt: now })
    const detail = { agreementId: id, signedOn, effectiveOn, expiresOn, documentId, clauses: { ...clauses } }
    await recordAudit(services, tx, actor, 'associate.agreement_added', associateId, detail)
    const changed = await opened(services, tx, associateId)
    await hooks.inTransaction?.(tx, changed)
    return changed
  })
}

/** What a fax is made of is a patient's, and is read as such; pages are never a contract. */
async function keepUnused(tx: Tx, documentId: string): Promise<void> {
  const document = await tx.documents.get(documentId)
  const isUnused = document?.purpose === 'source' && document.expiresAt !== null
  if (!isUnused || !(await tx.documents.keep(documentId)))
    throw new Problem('document.not_found', { field: 'documentId' })
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
    return opened(services, tx, id)
  })
}

async function opened(services: Services, tx: Tx, id: string): Promise<OpenAssociate> {
  const row = await tx.associates.get(id)
  if (!row) throw new Problem('associate.not_found')
  return openAssociate(await accountKeys(services, tx), row)
}

async function lockRunning(tx: Tx, id: string): Promise<AssociateRow> {
  const row = await tx.associates.lock(id)
  if (!row) throw new Problem('associate.not_found')
  if (row.endedAt !== null) throw new Problem('associate.ended')
  return row
}

/** An id that is mistyped would leave its trunk closed without a word. */
async function assertTies(tx: Tx, ties: AssociateTies): Promise<void> {
  const [trunks, providers] = [await tx.trunks.list(), await tx.providers.list()]
  const known = (rows: readonly { readonly id: string }[], ids: readonly string[]) =>
    ids.every((id) => rows.some((row) => row.id === id))
  if (!known(trunks, ties.trunkIds)) throw invalid('ties.trunkIds', 'The account has no such trunk.')
  if (!known(providers, ties.providerIds))
    throw invalid('ties.providerIds', 'The account has no such provider.')
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
  if (!isDay(until)) throw invalid('exception.until', '"until" is not a day.')
  return { until, at, by: actor.id }
}

function assertDays({ signedOn, effectiveOn, expiresOn }: NewAgreement, today: Day): void {
  for (const [field, day] of Object.entries({ signedOn, effectiveOn, expiresOn })) {
    if (day !== null && !isDay(day)) throw invalid(field, `"${field}" is not a day.`)
  }
  if (signedOn > today) throw invalid('signedOn', 'The agreement is not signed yet.')
  if (expiresOn !== null && expiresOn < effectiveOn)
    throw invalid('expiresOn', 'It ends before it takes effect.')
}

function splitClauses(given: NewAgreement['clauses']) {
  const entries = Object.entries(given) as [ClauseName, ClauseFields][]
  const clauses: ClauseAnswers = Object.fromEntries(entries.map(([name, { answer }]) => [name, answer]))
  const clauseNotes = Object.fromEntries(
    entries.flatMap(([name, { note }]) => (note === null ? [] : [[name, note]])),
  )
  return { clauses, clauseNotes }
}

function invalid(field: string | undefined, detail: string): Problem {
  return new Problem('associate.invalid', { detail, ...(field === undefined ? {} : { field }) })
}
