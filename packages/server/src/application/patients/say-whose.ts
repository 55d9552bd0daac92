import type { Purpose } from '../../domain/fax/purpose.ts'
import type { ActiveHold } from '../../domain/retention/legal-hold.ts'
import type { FaxCorrection, FaxRow } from '../../ports/store/fax-store.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { recordAudit, sealParties } from '../record-change.ts'
import { openFaxSecrets } from '../sealed/fax-secrets.ts'
import { openActiveHolds } from '../sealed/hold-secrets.ts'
import { openPatient, type PatientLink, sealPatient } from '../sealed/patient-secrets.ts'
import type { Services } from '../services.ts'

/** Saying whose papers faxes are, with what it needs to know. */
export interface Saying {
  readonly services: Services
  readonly tx: Tx
  readonly actor: Actor
  readonly account: AccountView
  readonly holds: readonly ActiveHold[]
}

/** Until the transaction ends no hold is made. Begun before any fax is locked, so that it and a destruction wait for each other one way. */
export async function beginSaying(services: Services, tx: Tx, actor: Actor): Promise<Saying> {
  const account = await readAccount(services, tx)
  const holds = openActiveHolds(account.keys, await tx.legalHolds.bar())
  return { services, tx, actor, account, holds }
}

/** What is said of a sent fax. Absent: as it is; `null`: nothing any more. */
export interface Said {
  readonly patient?: PatientLink | null
  readonly purpose?: Purpose | null
}

/**
 * Writes what is said of a sent fax that is locked, and who said it. What is so already is not told again; who the patient is is never told but to
 * readers of the fax.
 */
export async function saySent(saying: Saying, fax: FaxRow, said: Said): Promise<void> {
  const { services, tx, actor, account } = saying
  const correction = correctionOf(saying, fax, said)
  if (Object.keys(correction).length === 0) return
  if ('patientSealed' in correction) {
    await keepUnderHolds(saying, fax.id, openPatient(account.keys, 'fax', fax))
  }
  await tx.faxes.correct(fax.id, correction)
  const detail = {
    ...('patientSealed' in correction ? { patient: wordOf(correction.patientSealed) } : {}),
    ...('purpose' in correction ? { purpose: correction.purpose } : {}),
  }
  const { to, from } = openFaxSecrets(account.keys, fax)
  const parties = sealParties(account.keys, fax.id, { to, from }, fax.toSealed)
  await recordAudit(services, tx, actor, 'fax.linked', fax.id, detail, parties)
}

function correctionOf({ account }: Saying, fax: FaxRow, { patient, purpose }: Said): FaxCorrection {
  const isNew = patient !== undefined && !isEqual(patient, openPatient(account.keys, 'fax', fax))
  return {
    ...(isNew ? sealPatient(account.keys, 'fax', fax.id, patient) : {}),
    ...(purpose === undefined || purpose === fax.purpose ? {} : { purpose }),
  }
}

/** For the audit, and for events. */
export function wordOf(patientSealed: Buffer | null | undefined): 'linked' | 'unlinked' {
  return patientSealed ? 'linked' : 'unlinked'
}

function isEqual(one: PatientLink | null, other: PatientLink | null): boolean {
  return one?.id === other?.id && one?.display === other?.display
}

/**
 * What was held as one patient's stays held when it is said to be another's.
 * @param before whose it was
 */
export async function keepUnderHolds(
  { tx, holds }: Saying,
  faxId: string,
  before: PatientLink | null,
): Promise<void> {
  if (before === null) return
  for (const hold of holds) {
    if (hold.kind === 'patient' && hold.target === before.id) await tx.legalHolds.keepUnder(hold.id, faxId)
  }
}

/**
 * Pages that went out again are the same person's: says of these sent faxes and of all that repeat them what was said of the first, as far as they
 * said the same as it so far. Each is locked, the oldest first.
 * @param before whose papers the first was said to be
 */
export async function carryOn(
  saying: Saying,
  faxIds: readonly string[],
  before: PatientLink | null,
  patient: PatientLink | null,
): Promise<void> {
  const { tx, account } = saying
  const waiting = new Set(faxIds)
  while (waiting.size > 0) {
    const id = [...waiting].sort()[0]!
    waiting.delete(id)
    const fax = await tx.destruction.lockSent(id)
    if (!fax || fax.shreddedAt !== null) continue
    if (openPatient(account.keys, 'fax', fax)?.id !== before?.id) continue
    await saySent(saying, fax, { patient })
    for (const again of await tx.faxes.resendsOf(id)) waiting.add(again)
  }
}

/** The sent faxes as which a received one was forwarded. */
export async function forwardsOf(tx: Tx, receivedId: string): Promise<string[]> {
  const told = await tx.audit.about([receivedId], ['inbound.forwarded'])
  return told.flatMap(({ detail }) => (typeof detail.faxId === 'string' ? [detail.faxId] : []))
}
