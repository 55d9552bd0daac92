import { type CallEnd, DISPOSITIONS } from '../../domain/fax/disposition.ts'
import { Fault } from '../../domain/fax/fax.ts'
import { receivedStatus } from '../../domain/fax/received-fax.ts'
import type { ReceivedPage } from '../../ports/inbound-calls.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { scopeKeys } from '../account-keys.ts'
import { accountNow, readAccount } from '../account-now.ts'
import { documentBlobKey, documentKey, sealDocumentDetails } from '../documents/document-content.ts'
import { sealEvidence } from '../faxes/call-evidence.ts'
import { type ReceivedNumbers, receivedParties, sealReceivedNumbers } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'
import { mailboxOfNumber } from './default-mailbox.ts'
import { recordReceived } from './record-received.ts'
import { chooseRouting, placeEnded, tellRouted } from './route-received.ts'

/** A call that is being answered. */
export interface Reception {
  readonly scope: Scope
  readonly id: string
}

export interface Incoming extends ReceivedNumbers {
  readonly line: string
  readonly trunkId: string | null
}

/** The row is there before the call is answered, so that whatever happens to this process, somebody sees that a call came. */
export async function beginReception(
  services: Services,
  tx: Tx,
  incoming: Incoming,
): Promise<ReceivedFaxRow> {
  const { keys, now } = await readAccount(services, tx)
  const { line, trunkId, to, from } = incoming
  const id = services.random.id('inb')
  const number = await tx.numbers.find(to)
  const mailbox = await mailboxOfNumber(services, tx, number, now)
  const received = await tx.received.insert({
    id,
    line,
    trunkId,
    numberId: number?.id ?? null,
    mailboxId: mailbox.id,
    ...sealReceivedNumbers(keys, id, { to, from }),
    startedAt: now,
    leaseUntil: leaseEnd(services),
  })
  await recordReceived(services, tx, received, now, receivedParties(keys, received))
  return received
}

/** A page larger than this is no page: a full one of random dots at 15.4 lines/mm is a third of it. */
const PAGE_BYTES_MAX = 16 * 1024 * 1024

/**
 * Keeps a page. When this resolves it is on disk, encrypted, and its row is committed. The same number again changes nothing.
 * @throws Fault when the reception has ended, or a page before this one is missing
 */
export async function keepReceivedPage(
  services: Services,
  { scope, id }: Reception,
  page: ReceivedPage,
): Promise<void> {
  const keys = await scopeKeys(services, scope)
  const documentId = services.random.id('doc')
  const now = new Date(services.clock.now())
  const document: DocumentRow = {
    id: documentId,
    purpose: 'received',
    mediaType: 'image/t6',
    byteCount: page.t6.length,
    pageCount: 1,
    blobKey: documentBlobKey(scope.accountId, documentId),
    wrappedKey: keys.createDocumentKey(documentId),
    detailsSealed: sealDocumentDetails(keys, documentId, {}),
    createdAt: now,
    expiresAt: null,
  }
  // The blob first: a row that names it may commit only when it is there.
  const encrypted = documentKey(keys, document).encrypt(page.t6)
  await services.blobs.put(document.blobKey, encrypted, { maxBytes: PAGE_BYTES_MAX })
  const { number, width, rows, resolution, badRows, quality } = page
  const kept = await services.store.asAccount(scope, async (tx) => {
    const receivedAt = await accountNow(services, tx)
    const row = { number, width, rows, resolution, badRows, quality, documentId, receivedAt }
    return tx.receivedPages.add(id, row, document, leaseEnd(services))
  })
  if (kept === 'added') return services.log.info('inbound.page_kept', { inboundId: id, page: number })
  await services.blobs.delete(document.blobKey)
  if (kept === 'ended') throw new Fault('The reception has ended, or a page before this one is missing.')
}

/**
 * Writes how a reception ended, once: a later word is dropped. Its pages stay, whatever became of the call.
 */
export async function endReception(
  services: Services,
  { scope, id }: Reception,
  end: CallEnd,
): Promise<void> {
  const ended = await services.store.asAccount(scope, async (tx) => {
    const { keys, now } = await readAccount(services, tx)
    const held = await tx.received.get(id)
    if (held?.status !== 'receiving') return undefined
    const status = receivedStatus(end, held.pageCount)
    const sealed = sealEvidence(keys, 'received_fax', id, end)
    const facts = { stationId: end.remoteId ?? null }
    // A call without a page leaves nothing to do for anybody.
    const routing =
      held.pageCount === 0 ? undefined : await chooseRouting(services, tx, keys, held, facts, now)
    const received = await tx.received.end(id, {
      status,
      at: now,
      end,
      ...(status === 'received' ? { code: null, message: null } : whatWentWrong(end)),
      sealed,
    })
    if (!received) return undefined
    const placed = routing ? await placeEnded(tx, received, routing) : received
    await recordReceived(services, tx, placed, now, receivedParties(keys, placed))
    if (routing) await tellRouted(services, tx, keys, placed, routing, now)
    if (placed.pageCount > 0)
      await services.queue.enqueue(tx, { name: 'examine-received', scope: tx.scope, subjectId: id })
    return placed
  })
  if (!ended) return
  services.log.info('inbound.ended', {
    inboundId: id,
    status: ended.status,
    disposition: end.disposition,
    pages: ended.pageCount,
  })
}

function whatWentWrong({ disposition }: CallEnd) {
  // Confirmed to its end and without a page: the sender had nothing to send.
  const facts = DISPOSITIONS[disposition === 'delivered' ? 'remote_disconnect' : disposition]
  return { code: facts.code, message: RECEIVING_SENTENCES[disposition] ?? facts.sentence }
}

/** What the far end is called when it is the one that sends. */
const RECEIVING_SENTENCES: Partial<Record<CallEnd['disposition'], string>> = {
  delivered: 'The sending machine ended the call without sending a page.',
  no_fax_tone: 'The call did not come from a fax machine.',
  call_dropped: 'The call was cut off before all pages were received.',
  page_failed: 'A page could not be received well enough to confirm it.',
  incompatible: 'The sending machine wanted something this server does not do.',
  remote_disconnect: 'The sending machine ended the session before all pages were received.',
  worker_lost: 'The call ended because this server stopped.',
  outcome_unknown: 'The call ended before the sending machine said that this was all.',
}

export function leaseEnd(services: Services): Date {
  return new Date(services.clock.now() + services.policy.leaseMs)
}
