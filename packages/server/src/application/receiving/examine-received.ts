import { pageDigest } from '@answerback/imaging/digest/page-digest'
import type { CodedPage } from '@answerback/imaging/page'
import type { PageBarcode } from '../../ports/page-reader.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { ReceivedPageRow } from '../../ports/store/received-page-store.ts'
import type { ReceivedFaxRow, ReceivedPatch } from '../../ports/store/received-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { findAnswered } from '../faxes/return-codes.ts'
import { receivedParties, sealBarcodes } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'
import { openReceivedPages } from './received-pages.ts'
import { type ReceivedChange, recordReceivedChange } from './record-received.ts'
import { routeExamined } from './route-received.ts'

/** The same pages again later than this are news: a yearly reminder is no resend. */
const RESEND_WINDOW_MS = 7 * 86_400_000

interface Examined {
  readonly barcodes: ReadonlyMap<number, readonly PageBarcode[]>
  /** Over all pages; `undefined` when one shows nothing or was damaged on the way: then nothing equals it. */
  readonly content: string | undefined
}

/**
 * Looks at the pages of a fax that came in, once: its barcodes and the routes they decide, whether it answers a fax of ours, and whether it
 * came before. OCR is another, slower job. Doing it again after a crash changes nothing.
 */
export async function examineReceived(
  services: Services,
  scope: Scope,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const found = await services.store.asAccount(scope, async (tx) => {
    const received = await tx.received.get(id)
    if (!received || received.examinedAt !== null || received.endedAt === null) return undefined
    return openReceivedPages(services, tx, received)
  })
  if (!found) return
  const examined = await examine(services, id, found.pages(), signal)
  await services.store.asAccount(scope, (tx) => conclude(services, tx, id, examined))
}

async function examine(
  services: Services,
  id: string,
  pages: AsyncIterable<{ readonly row: ReceivedPageRow; readonly page: CodedPage }>,
  signal: AbortSignal,
): Promise<Examined> {
  const barcodes = new Map<number, readonly PageBarcode[]>()
  const digests: (Uint8Array | undefined)[] = []
  for await (const { row, page } of pages) {
    digests.push(row.badRows === 0 ? pageDigest(page) : undefined)
    try {
      barcodes.set(row.number, await services.pageReader.barcodes(page, signal))
    } catch (error) {
      signal.throwIfAborted()
      services.log.warn('inbound.barcodes_unread', { inboundId: id, page: row.number, error })
    }
  }
  const isComparable = digests.length > 0 && digests.every((digest) => digest !== undefined)
  const content = isComparable ? Buffer.concat(digests).toString('hex') : undefined
  return { barcodes, content }
}

async function conclude(services: Services, tx: Tx, id: string, examined: Examined): Promise<void> {
  const account = await readAccount(services, tx)
  const { keys } = account
  // The row lock: two workers at once must not both tell.
  const received = await tx.received.lock(id)
  if (!received || received.examinedAt !== null) return
  for (const [number, barcodes] of examined.barcodes) {
    if (barcodes.length > 0)
      await tx.receivedPages.amend(id, number, { barcodesSealed: sealBarcodes(keys, id, number, barcodes) })
  }
  const texts = [...examined.barcodes.values()].flat().map(({ text }) => text)
  const answered = await findAnswered(tx, keys, texts)
  const contentHash = examined.content === undefined ? null : keys.hash('received.content', examined.content)
  const earlier = contentHash && (await findEarlier(tx, received, contentHash))
  const patch: ReceivedPatch = {
    examinedAt: account.now,
    contentHash,
    duplicateOf: earlier?.id ?? null,
    replyTo: received.replyTo ?? answered?.id ?? null,
    textState: 'waiting',
  }
  const changed = await tx.received.amend(id, patch)
  if (changed) {
    await tell(services, tx, account, changed, { answered, earlier: earlier ?? undefined })
    await routeExamined(services, tx, changed, texts)
  }
  await services.queue.enqueue(tx, { name: 'read-text', scope: tx.scope, subjectId: id })
}

function findEarlier(tx: Tx, received: ReceivedFaxRow, contentHash: Buffer) {
  const since = new Date(received.startedAt.getTime() - RESEND_WINDOW_MS)
  return tx.received.earliestSame(contentHash, since, received.id)
}

/** A duplicate is linked and never dropped: whether it is news is for a person to say. */
async function tell(
  services: Services,
  tx: Tx,
  account: AccountView,
  received: ReceivedFaxRow,
  links: { readonly answered: FaxRow | undefined; readonly earlier: ReceivedFaxRow | undefined },
): Promise<void> {
  const { answered, earlier } = links
  if (!answered && !earlier) return
  const change: ReceivedChange = {
    type: 'inbound.linked',
    data: {
      ...(answered && { replyTo: answered.id }),
      ...(earlier && { duplicateOf: earlier.id }),
    },
  }
  await recordReceivedChange(
    services,
    tx,
    received,
    account.now,
    change,
    receivedParties(account.keys, received),
  )
}
