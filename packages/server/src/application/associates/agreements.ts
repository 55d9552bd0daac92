import type { ClauseAnswers, ClauseName } from '../../domain/associates/associate.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { type Day, dayOf, isDay } from '../../domain/time/calendar-day.ts'
import type { AgreementRow } from '../../ports/store/associate-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { type OpenAssociate, sealAgreementNotes } from '../sealed/associate-secrets.ts'
import type { Services } from '../services.ts'
import { type AssociateHooks, invalidAssociate, lockRunning, openedAssociate } from './held-associate.ts'

/** A renewal a year, for longer than anybody keeps a carrier. */
const AGREEMENTS_MAX = 50

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
      throw invalidAssociate(undefined, `An associate has at most ${AGREEMENTS_MAX} agreements.`)
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
    const changed = await openedAssociate(services, tx, associateId)
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

function assertDays({ signedOn, effectiveOn, expiresOn }: NewAgreement, today: Day): void {
  for (const [field, day] of Object.entries({ signedOn, effectiveOn, expiresOn })) {
    if (day !== null && !isDay(day)) throw invalidAssociate(field, `"${field}" is not a day.`)
  }
  if (signedOn > today) throw invalidAssociate('signedOn', 'The agreement is not signed yet.')
  if (expiresOn !== null && expiresOn < effectiveOn)
    throw invalidAssociate('expiresOn', 'It ends before it takes effect.')
}

function splitClauses(given: NewAgreement['clauses']) {
  const entries = Object.entries(given) as [ClauseName, ClauseFields][]
  const clauses: ClauseAnswers = Object.fromEntries(entries.map(([name, { answer }]) => [name, answer]))
  const clauseNotes = Object.fromEntries(
    entries.flatMap(([name, { note }]) => (note === null ? [] : [[name, note]])),
  )
  return { clauses, clauseNotes }
}
