import { Problem } from '../../domain/problem/problem.ts'
import type { DestructionReason } from '../../domain/retention/certificate.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { AuditKeyRow } from '../../ports/store/audit-store.ts'
import type { CertificateRow } from '../../ports/store/certificate-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { auditKey } from '../audit/sign-checkpoint.ts'
import { deleteDoomed } from '../documents/doomed-blobs.ts'
import { hashLinksOf } from '../patients/hash-links.ts'
import { patientHash } from '../sealed/patient-secrets.ts'
import type { Services } from '../services.ts'
import { certify, type ShownCertificate, showCertificate } from './certificates.ts'
import {
  assertOver,
  beginDestruction,
  type Destroyed,
  type Doomed,
  destroy,
  holdsOver,
  lockDoomed,
  lockOrder,
  patientOf,
  readDoomed,
} from './destroy.ts'

/** Faxes of one transaction, and so of one certificate. */
const BATCH = 50

/**
 * Shreds one fax: its keys, blobs, words, notes and whom it was from and to are gone for good; its row keeps ids, statuses, counts and times.
 * @throws Problem `fax.not_found` or `inbound.not_found`, `fax.not_ended`, `inbound.receiving`, `hold.active`; `fax.content_deleted` or
 *   `inbound.content_deleted` when it was shredded before
 */
export async function shredFax(
  services: Services,
  scope: Scope,
  actor: Actor,
  direction: Doomed['direction'],
  id: string,
): Promise<ShownCertificate> {
  const certificate = await shredBatch(services, scope, actor, 'request', [id], (doomed) => {
    const word = direction === 'sent' ? 'fax' : 'inbound'
    if (doomed?.direction !== direction) throw new Problem(`${word}.not_found`)
    if (doomed.fax.shreddedAt !== null) throw new Problem(`${word}.content_deleted`)
    return true
  })
  if (!certificate) throw new Error('Nothing was shredded and nothing refused it.')
  return showCertificate(services, certificate)
}

/**
 * The same for several at once, sent or received; all or none. Those shredded before are passed over.
 * @returns `undefined` when all were
 * @throws Problem as `shredFax`; `request.invalid` for an id that is no fax of the account
 */
export async function shredFaxes(
  services: Services,
  scope: Scope,
  actor: Actor,
  ids: readonly string[],
): Promise<ShownCertificate | undefined> {
  const certificate = await shredBatch(services, scope, actor, 'request', ids, (doomed, at) => {
    if (doomed) return true
    const detail = 'There is no such fax, sent or received.'
    throw new Problem('request.invalid', { field: `faxIds[${at}]`, detail })
  })
  return certificate && showCertificate(services, certificate)
}

/**
 * Shreds every fax, sent or received, that is said to be the patient's papers. When one is held, on its way or still coming in, none is.
 * @returns a certificate for each fifty faxes
 */
export async function shredPatient(
  services: Services,
  scope: Scope,
  actor: Actor,
  patientId: string,
): Promise<ShownCertificate[]> {
  const ids = await faxesOfPatient(services, scope, patientId)
  await services.store.asAccount(scope, (tx) => assertAllMayGo(services, tx, ids))
  const shown: ShownCertificate[] = []
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = ids.slice(at, at + BATCH)
    const certificate = await shredBatch(
      services,
      scope,
      actor,
      'patient',
      batch,
      // Said to be another's meanwhile: it stays.
      (doomed, _at, keys) => doomed !== undefined && patientOf(keys, doomed) === patientId,
    )
    if (certificate) shown.push(await showCertificate(services, certificate))
  }
  return shown
}

async function faxesOfPatient(services: Services, scope: Scope, patientId: string): Promise<string[]> {
  await hashLinksOf(services, scope)
  return services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    return tx.patients.faxesOf(patientHash(keys, patientId))
  })
}

async function assertAllMayGo(services: Services, tx: Tx, ids: readonly string[]): Promise<void> {
  const destruction = await beginDestruction(tx, await readAccount(services, tx))
  for (const id of ids) {
    const doomed = await readDoomed(tx, id)
    if (!doomed) continue
    assertOver(doomed)
    assertNotHeld(holdsOver(destruction, doomed))
  }
}

async function shredBatch(
  services: Services,
  scope: Scope,
  actor: Actor,
  reason: DestructionReason,
  ids: readonly string[],
  check: Check,
): Promise<CertificateRow | undefined> {
  const key = await auditKey(services)
  const { certificate, blobKeys } = await services.store.asAccount(scope, (tx) =>
    shredAll(services, tx, { actor, reason, key, ids, check }),
  )
  await deleteDoomed(services, blobKeys)
  return certificate
}

/** @returns `false`: it is passed over. @throws Problem to refuse all */
type Check = (doomed: Doomed | undefined, at: number, keys: AccountKeys) => boolean

interface Shredding {
  readonly actor: Actor
  readonly reason: DestructionReason
  readonly key: AuditKeyRow
  readonly ids: readonly string[]
  readonly check: Check
}

async function shredAll(services: Services, tx: Tx, { actor, reason, key, ids, check }: Shredding) {
  const account = await readAccount(services, tx)
  const destruction = await beginDestruction(tx, account)
  const destroyed: Destroyed[] = []
  for (const id of lockOrder(ids)) {
    const doomed = await lockDoomed(tx, id)
    const isMeant = check(doomed, ids.indexOf(id), account.keys)
    if (!doomed || !isMeant || doomed.fax.shreddedAt !== null) continue
    assertOver(doomed)
    assertNotHeld(holdsOver(destruction, doomed))
    destroyed.push(await destroy(destruction, doomed, 'all', account.now))
  }
  const certificate =
    destroyed.length > 0 ? await certify(services, tx, actor, reason, destroyed, key) : undefined
  return { certificate, blobKeys: destruction.blobKeys }
}

function assertNotHeld(holdIds: readonly string[]): void {
  if (holdIds.length === 0) return
  throw new Problem('hold.active', { detail: `It is under ${holdIds.slice(0, 5).join(', ')}.` })
}
