import { canonicalJson } from '../../domain/audit/audit-leaf.ts'
import { logName, signedNote, verifierKey } from '../../domain/audit/checkpoint.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { DESTRUCTION_STATEMENT, type DestructionReason } from '../../domain/retention/certificate.ts'
import type { AuditKeyRow } from '../../ports/store/audit-store.ts'
import type { CertificateRow } from '../../ports/store/certificate-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { AUDIT_KEY_PURPOSE, auditKey } from '../audit/sign-checkpoint.ts'
import { assertCursor } from '../page-cursor.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'
import type { Destroyed } from './destroy.ts'

/**
 * Certifies what was destroyed, in the transaction that destroys it: an entry of the audit for each fax, and a statement signed by the key of
 * the audit log. Both name ids, counts and hashes of ciphertext, and nothing of what the faxes were.
 * @param repeats the certificate that had been made of it before an older backup was restored
 */
export async function certify(
  services: Services,
  tx: Tx,
  actor: Actor,
  reason: DestructionReason,
  faxes: readonly Destroyed[],
  key: AuditKeyRow,
  repeats?: string,
): Promise<CertificateRow> {
  const id = services.random.id('crt')
  const madeAt = new Date(services.clock.now())
  const again = repeats === undefined ? {} : { repeats }
  const positions: number[] = []
  const sent = faxes.filter(({ direction }) => direction === 'sent')
  for (const { id: faxId, direction, depth, documents, kept, notes } of faxes) {
    const detail = {
      ...{ certificateId: id, reason, direction, depth, notes },
      ...{ documents: documents.length, documentsKept: kept.length },
      ...again,
    }
    positions.push(await recordAudit(services, tx, actor, 'content.destroyed', faxId, detail))
  }
  const statement = canonicalJson({
    statement: DESTRUCTION_STATEMENT,
    id,
    ...{ accountId: tx.scope.accountId, mode: tx.scope.mode },
    ...{ sent: sent.length, received: faxes.length - sent.length },
    madeAt: madeAt.toISOString(),
    reason,
    ...again,
    by: { kind: actor.kind, id: actor.id, requestId: actor.requestId },
    faxes: faxes.map((fax, at) => ({ ...fax, auditPosition: positions[at] })),
  })
  const certificate: CertificateRow = {
    ...{ id, madeAt, reason },
    faxCount: faxes.length,
    documentCount: faxes.reduce((sum, fax) => sum + fax.documents.length, 0),
    note: await sign(services, key, `${statement}\n`),
  }
  await tx.certificates.insert(certificate)
  return certificate
}

/** The same for a whole account: its key is named, and not each fax. */
export async function certifyAccount(
  services: Services,
  tx: Tx,
  actor: Actor,
  key: AuditKeyRow,
  account: {
    readonly sent: number
    readonly received: number
    readonly documents: number
    readonly wrappedKeySha256: string
  },
): Promise<CertificateRow> {
  const id = services.random.id('crt')
  const madeAt = new Date(services.clock.now())
  const { sent, received, documents } = account
  const faxes = sent + received
  const detail = { certificateId: id, faxes, sent, received, documents }
  const auditPosition = await recordAudit(services, tx, actor, 'account.closed', tx.scope.accountId, detail)
  const statement = canonicalJson({
    statement: DESTRUCTION_STATEMENT,
    ...{ id, accountId: tx.scope.accountId, madeAt: madeAt.toISOString(), reason: 'account closed' },
    by: { kind: actor.kind, id: actor.id, requestId: actor.requestId },
    account: { faxes, ...account },
    auditPosition,
  })
  const certificate: CertificateRow = {
    ...{ id, madeAt, reason: 'request', faxCount: faxes, documentCount: documents },
    note: await sign(services, key, `${statement}\n`),
  }
  await tx.certificates.insert(certificate)
  return certificate
}

async function sign(
  { keyring }: Services,
  { publicKey, privateWrapped }: AuditKeyRow,
  text: string,
): Promise<string> {
  const signature = await keyring.sign(AUDIT_KEY_PURPOSE, privateWrapped, Buffer.from(text))
  return signedNote(text, logName(publicKey), publicKey, signature)
}

/** A certificate with the key by which anybody may check it. */
export interface ShownCertificate {
  readonly certificate: CertificateRow
  readonly verifierKey: string
}

/** @throws Problem `certificate.not_found` */
export async function getCertificate(
  services: Services,
  scope: Scope,
  id: string,
): Promise<ShownCertificate> {
  const certificate = await services.store.asAccount(scope, (tx) => tx.certificates.get(id))
  if (!certificate) throw new Problem('certificate.not_found')
  return showCertificate(services, certificate)
}

export async function showCertificate(
  services: Services,
  certificate: CertificateRow,
): Promise<ShownCertificate> {
  const { publicKey } = await auditKey(services)
  return { certificate, verifierKey: verifierKey(logName(publicKey), publicKey) }
}

/** Newest first. */
export async function listCertificates(
  services: Services,
  scope: Scope,
  { cursor, limit }: { readonly cursor?: string; readonly limit: number },
): Promise<{ certificates: CertificateRow[]; nextCursor: string | null }> {
  assertCursor('crt', cursor)
  const rows = await services.store.asAccount(scope, (tx) => tx.certificates.list(cursor, limit + 1))
  const page = rows.slice(0, limit)
  return { certificates: page, nextCursor: rows.length > limit ? page.at(-1)!.id : null }
}
