import { hash } from 'node:crypto'
import { isTerminal } from '../../domain/fax/fax.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { Depth } from '../../domain/retention/certificate.ts'
import { type ActiveHold, type HeldFacts, holdsOn } from '../../domain/retention/legal-hold.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { UsedDocument } from '../../ports/store/destruction-store.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { AccountView } from '../account-now.ts'
import { openFaxSecrets, sealDetailsWithoutCover } from '../sealed/fax-secrets.ts'
import { openActiveHolds } from '../sealed/hold-secrets.ts'
import { openPatient } from '../sealed/patient-secrets.ts'
import { openReceivedNumbers } from '../sealed/received-secrets.ts'

/** What became of one fax, for the certificate: ids, counts and hashes of ciphertext only. */
export interface Destroyed {
  readonly id: string
  readonly direction: Doomed['direction']
  readonly depth: Depth
  readonly documents: readonly {
    readonly id: string
    /** SHA-256 of its key as it was wrapped, hex: whoever has a back-up can tell that it is this key that is gone. */
    readonly wrappedKeySha256: string
  }[]
  /** Documents that other faxes still use: they go with the last of them. */
  readonly kept: readonly { readonly id: string; readonly usedBy: readonly string[] }[]
  readonly notes: number
}

export interface Destruction {
  readonly tx: Tx
  readonly account: AccountView
  readonly holds: readonly ActiveHold[]
  /** Deleted once the transaction is committed. */
  readonly blobKeys: string[]
}

/** Opens a destruction: until its transaction ends no hold is made. */
export async function beginDestruction(tx: Tx, account: AccountView): Promise<Destruction> {
  return { tx, account, holds: openActiveHolds(account.keys, await tx.legalHolds.bar()), blobKeys: [] }
}

/** A fax of either direction, held until the transaction ends. */
export type Doomed =
  | { readonly direction: 'sent'; readonly fax: FaxRow }
  | { readonly direction: 'received'; readonly fax: ReceivedFaxRow }

/** Whether there is nothing left of it to that depth. */
export function isGone({ direction, fax }: Doomed, depth: Depth): boolean {
  if (depth === 'all') return fax.shreddedAt !== null
  if (depth === 'content') return fax.contentDeletedAt !== null
  return direction === 'sent' || fax.textDocumentId === null
}

/** In which faxes are locked: received ones first and then by id, as whoever says whose papers they are does. */
export function lockOrder(ids: readonly string[]): string[] {
  const isReceived = (id: string) => id.startsWith('inb_')
  return [...ids].sort((a, b) => Number(isReceived(b)) - Number(isReceived(a)) || (a < b ? -1 : 1))
}

export async function lockDoomed(tx: Tx, id: string): Promise<Doomed | undefined> {
  const sent = await tx.destruction.lockSent(id)
  if (sent) return { direction: 'sent', fax: sent }
  const received = await tx.received.lock(id)
  return received && { direction: 'received', fax: received }
}

/** The same, not held. */
export async function readDoomed(tx: Tx, id: string): Promise<Doomed | undefined> {
  const sent = await tx.faxes.get(id)
  if (sent) return { direction: 'sent', fax: sent }
  const received = await tx.received.get(id)
  return received && { direction: 'received', fax: received }
}

/** @throws Problem `fax.not_ended`, `inbound.receiving` */
export function assertOver(doomed: Doomed): void {
  if (doomed.direction === 'sent' && !isTerminal(doomed.fax.status)) throw new Problem('fax.not_ended')
  if (doomed.direction === 'received' && doomed.fax.endedAt === null) throw new Problem('inbound.receiving')
}

/** Ids of the holds it is under. */
export function holdsOver({ account, holds }: Destruction, doomed: Doomed): string[] {
  if (holds.length === 0) return []
  return holdsOn(holds, factsOf(account.keys, doomed)).map(({ id }) => id)
}

function factsOf(keys: AccountKeys, { direction, fax }: Doomed): HeldFacts {
  const { to, from } = direction === 'sent' ? openFaxSecrets(keys, fax) : openReceivedNumbers(keys, fax)
  const numbers = from === null ? [to] : [to, from]
  const mailboxId = direction === 'sent' ? null : fax.mailboxId
  return { id: fax.id, mailboxId, numbers, patientId: patientOf(keys, { direction, fax } as Doomed) }
}

/** Id of the patient whose papers it is. */
export function patientOf(keys: AccountKeys, { direction, fax }: Doomed): string | null {
  return openPatient(keys, direction === 'sent' ? 'fax' : 'received_fax', fax)?.id ?? null
}

/** Destroys what there is to that depth, but for documents another fax uses. Whoever calls has looked at holds. */
export async function destroy(
  destruction: Destruction,
  doomed: Doomed,
  depth: Depth,
  at: Date,
): Promise<Destroyed> {
  return doomed.direction === 'sent'
    ? destroySent(destruction, doomed.fax, depth, at)
    : destroyReceived(destruction, doomed.fax, depth, at)
}

async function destroySent(
  destruction: Destruction,
  fax: FaxRow,
  depth: Depth,
  at: Date,
): Promise<Destroyed> {
  const { tx, account } = destruction
  const found = await tx.destruction.sentDocuments(fax.id)
  const documents = await destroyUnused(destruction, found, at)
  if (depth === 'all') await tx.destruction.eraseSent(fax.id, at)
  else await tx.destruction.eraseSentContent(fax.id, at, sealDetailsWithoutCover(account.keys, fax))
  return { id: fax.id, direction: 'sent', depth, ...documents, notes: 0 }
}

async function destroyReceived(
  destruction: Destruction,
  fax: ReceivedFaxRow,
  depth: Depth,
  at: Date,
): Promise<Destroyed> {
  const { tx } = destruction
  const found = await tx.destruction.receivedDocuments(fax.id)
  const chosen = depth === 'text' ? found.filter(({ id }) => id === fax.textDocumentId) : found
  const documents = await destroyUnused(destruction, chosen, at)
  if (depth === 'text') await tx.destruction.eraseReceivedText(fax.id)
  else await tx.destruction.eraseReceivedContent(fax.id, fax.contentDeletedAt ?? at)
  const notes = depth === 'all' ? await tx.destruction.eraseReceived(fax.id, at) : 0
  return { id: fax.id, direction: 'received', depth, ...documents, notes }
}

async function destroyUnused(
  { tx, blobKeys }: Destruction,
  found: readonly UsedDocument[],
  at: Date,
): Promise<Pick<Destroyed, 'documents' | 'kept'>> {
  const gone = found.filter(({ usedBy }) => usedBy.length === 0)
  await tx.destruction.destroyDocuments(gone, at)
  blobKeys.push(...gone.map(({ blobKey }) => blobKey))
  return {
    documents: gone.map(({ id, wrappedKey }) => ({ id, wrappedKeySha256: hash('sha256', wrappedKey) })),
    kept: found.filter(({ usedBy }) => usedBy.length > 0).map(({ id, usedBy }) => ({ id, usedBy })),
  }
}
