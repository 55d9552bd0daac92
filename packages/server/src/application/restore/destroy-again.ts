import { isTerminal } from '../../domain/fax/fax.ts'
import { Problem } from '../../domain/problem/problem.ts'
import { type Certified, type CertifiedFax, openCertificate } from '../../domain/retention/certificate.ts'
import type { CertificateList, ListedCertificate, PendingDestructions } from '../../ports/certificate-list.ts'
import type { AuditKeyRow } from '../../ports/store/audit-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { endRestored, RESTORE } from '../attempts/settle-restored.ts'
import { auditKey } from '../audit/sign-checkpoint.ts'
import { deleteDoomed } from '../documents/doomed-blobs.ts'
import { endReception } from '../receiving/receive-fax.ts'
import { certify } from '../retention/certificates.ts'
import {
  beginDestruction,
  type Destroyed,
  type Destruction,
  type Doomed,
  destroy,
  holdsOver,
  isGone,
  lockDoomed,
  lockOrder,
} from '../retention/destroy.ts'
import type { Services } from '../services.ts'
import { closeAgain } from './close-again.ts'

/** What became of certificates that are younger than the backup that was restored. */
export interface DestroyedAgain {
  faxes: number
  documents: number
  accounts: number
  /** Under a legal hold that was active when the backup was made: they go when it is released. */
  readonly held: string[]
  /** `id: why` a person has to see to it. */
  readonly left: string[]
}

const LIVED_ON = 'its pages lived on in faxes that were made after the backup'

/**
 * Destroys again what was destroyed after the backup that was restored, to the same depth and never what is held. Each certificate is one
 * transaction, and begets one that names it, so this may be broken off and called again. What is held stays on the list.
 * @returns `undefined` when nothing was to be done
 * @throws Error for a line that the audit log's key did not sign: the restore had looked at them
 */
export async function destroyAgain(
  services: Services,
  pending: PendingDestructions,
): Promise<DestroyedAgain | undefined> {
  const list = await pending.open()
  if (!list) return undefined
  const key = await auditKey(services)
  const report: DestroyedAgain = { faxes: 0, documents: 0, accounts: 0, held: [], left: [] }
  const spared = await sparedDocuments(list, key)
  const open = await openAccounts(services)
  const stillHeld: ListedCertificate[] = []
  for await (const listed of list.read()) {
    const certified = read(listed, key)
    if (!certified || !open.has(certified.accountId)) continue
    if ('account' in certified) {
      await followAccount(services, certified.accountId, report)
      open.delete(certified.accountId)
      continue
    }
    const heldBefore = report.held.length
    await followFaxes(services, certified, { key, spared, report })
    if (report.held.length > heldBefore) stillHeld.push(listed!)
  }
  await (stillHeld.length > 0 ? pending.replace(stillHeld) : pending.remove())
  const { faxes, accounts, left } = report
  if (faxes + accounts > 0) services.log.warn('restore.destroyed_again', { count: faxes + accounts })
  if (left.length > 0) services.log.error('restore.not_destroyed', { count: left.length })
  return report
}

function read(listed: ListedCertificate | undefined, key: AuditKeyRow): Certified | undefined {
  if (!listed) return undefined
  const certified = openCertificate(listed.note, key.publicKey)
  if (!certified) throw new Error('What is to be destroyed again is not signed by the key of the audit log.')
  return certified
}

/** Others are closed, or were made after the backup. */
async function openAccounts({ store }: Services): Promise<Set<string>> {
  const accounts = await store.asSystem((tx) => tx.accounts.list())
  return new Set(accounts.map(({ id }) => id))
}

/** Documents that other faxes still used when a fax went, and that no certificate says were destroyed since. Seldom any. */
async function sparedDocuments(list: CertificateList, key: AuditKeyRow): Promise<Set<string>> {
  const spared = new Set<string>()
  for await (const fax of faxesOf(list, key)) for (const { id } of fax.kept) spared.add(id)
  if (spared.size === 0) return spared
  for await (const fax of faxesOf(list, key)) for (const { id } of fax.documents) spared.delete(id)
  return spared
}

async function* faxesOf(list: CertificateList, key: AuditKeyRow): AsyncGenerator<CertifiedFax> {
  for await (const listed of list.read()) {
    const certified = read(listed, key)
    if (certified && 'faxes' in certified) yield* certified.faxes
  }
}

async function followAccount(services: Services, accountId: string, report: DestroyedAgain): Promise<void> {
  try {
    const { certificate } = await closeAgain(services, accountId)
    report.accounts += 1
    report.documents += certificate.documentCount
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    report.left.push(`${accountId}: ${error.code}`)
  }
}

interface Following {
  readonly key: AuditKeyRow
  readonly spared: ReadonlySet<string>
  readonly report: DestroyedAgain
}

async function followFaxes(
  services: Services,
  certified: Extract<Certified, { faxes: unknown }>,
  following: Following,
): Promise<void> {
  const { accountId, mode } = certified
  const scope: Scope = { accountId, mode }
  for (const id of await notEnded(services, scope, certified)) {
    if (id.startsWith('fax_')) await endRestored(services, scope, id)
    else await endReception(services, { scope, id }, { disposition: 'worker_lost', dataExchanged: 'unknown' })
  }
  const blobKeys = await services.store.asAccount(scope, (tx) =>
    destroyCertified(services, tx, certified, following),
  )
  await deleteDoomed(services, blobKeys)
}

/** What was on its way when the backup was made had ended when it was destroyed, nobody here knows how. */
async function notEnded(
  services: Services,
  scope: Scope,
  { faxes }: { readonly faxes: readonly CertifiedFax[] },
): Promise<string[]> {
  return services.store.asAccount(scope, async (tx) => {
    const destruction = await beginDestruction(tx, await readAccount(services, tx))
    const found: string[] = []
    for (const id of lockOrder(faxes.map((fax) => fax.id))) {
      const doomed = await lockDoomed(tx, id)
      if (doomed && !isOver(doomed) && holdsOver(destruction, doomed).length === 0) found.push(id)
    }
    return found
  })
}

function isOver({ direction, fax }: Doomed): boolean {
  return direction === 'sent' ? isTerminal(fax.status) : fax.endedAt !== null
}

async function destroyCertified(
  services: Services,
  tx: Tx,
  { id: repeats, faxes, reason }: Extract<Certified, { faxes: unknown }>,
  { key, spared, report }: Following,
): Promise<readonly string[]> {
  const account = await readAccount(services, tx)
  const destruction = await beginDestruction(tx, account)
  const depths = new Map(faxes.map(({ id, depth }) => [id, depth]))
  const destroyed: Destroyed[] = []
  for (const id of lockOrder([...depths.keys()])) {
    const depth = depths.get(id)!
    const doomed = await lockDoomed(tx, id)
    if (!doomed || isGone(doomed, depth)) continue
    if (holdsOver(destruction, doomed).length > 0) report.held.push(id)
    else if (!isOver(doomed)) report.left.push(`${id}: it has not ended`)
    else if (depth !== 'text' && (await isSpared(destruction, doomed, spared))) {
      report.left.push(`${id}: ${LIVED_ON}`)
    } else destroyed.push(await destroy(destruction, doomed, depth, account.now))
  }
  if (destroyed.length === 0) return []
  const certificate = await certify(services, tx, RESTORE, reason, destroyed, key, repeats)
  report.faxes += certificate.faxCount
  report.documents += certificate.documentCount
  return destruction.blobKeys
}

/** Whether a document would go that nobody ever destroyed: the faxes it was kept for came after the backup, and this is the last that has it. */
async function isSpared(
  { tx }: Destruction,
  { direction, fax }: Doomed,
  spared: ReadonlySet<string>,
): Promise<boolean> {
  if (spared.size === 0) return false
  const found =
    direction === 'sent'
      ? await tx.destruction.sentDocuments(fax.id)
      : await tx.destruction.receivedDocuments(fax.id)
  return found.some(({ id, usedBy }) => usedBy.length === 0 && spared.has(id))
}
