import { Problem } from '../../domain/problem/problem.ts'
import { eventOfReceived } from '../../domain/webhooks/event.ts'
import type { ReceivedPageRow } from '../../ports/store/received-page-store.ts'
import type { DerivedFax, ReceivedFaxRow } from '../../ports/store/received-store.ts'
import type { Actor } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { AccountView } from '../account-now.ts'
import { openReceivedNumbers, sealReceivedNumbers } from '../sealed/received-secrets.ts'
import type { Services } from '../services.ts'
import type { HeldReceived } from './change-received.ts'
import { tellReceived } from './change-received.ts'

/** What a fax made of others has besides what it takes over from the fax `like`. */
export type Derivation = Pick<
  DerivedFax,
  'status' | 'origin' | 'originIds' | 'startedAt' | 'endedAt' | 'priority' | 'dueAt' | 'escalatedAt'
> &
  Partial<DerivedFax>

/**
 * Pages have one home: a fax that was split or merged is over.
 * @throws Problem `inbound.superseded`
 */
export async function assertNotSuperseded(tx: Tx, id: string, field?: string): Promise<void> {
  const derived = await tx.received.derivedOf(id)
  if (derived.length > 0) throw new Problem('inbound.superseded', field === undefined ? {} : { field })
}

/**
 * Writes a fax made of pages of others, which it shares the documents of, tells of it as of one just received, and has it looked at and
 * read as one: what its barcodes say may be for this part alone.
 */
export async function deriveReceived(
  services: Services,
  tx: Tx,
  actor: Actor,
  account: AccountView,
  like: ReceivedFaxRow,
  pages: readonly ReceivedPageRow[],
  derivation: Derivation,
): Promise<HeldReceived> {
  const id = services.random.id('inb')
  const { line, trunkId, numberId, mailboxId, assignee, routeId } = like
  const received = await tx.received.insertDerived(
    {
      ...NO_CALL,
      ...{ line, trunkId, numberId, mailboxId, assignee, routeId },
      ...derivation,
      id,
      ...sealReceivedNumbers(account.keys, id, openReceivedNumbers(account.keys, like)),
      pageCount: pages.length,
      badRows: pages.reduce((sum, page) => sum + page.badRows, 0),
    },
    // Sealed to the page they were read on; they are read again.
    pages.map((page, index) => ({ ...page, number: index + 1, barcodesSealed: null })),
  )
  const held = { received, account }
  const { origin, originIds } = received
  await tellReceived(services, tx, actor, held, eventOfReceived(received.status), { origin, originIds })
  await services.queue.enqueue(tx, { name: 'examine-received', scope: tx.scope, subjectId: id })
  return held
}

/** What only a call has to say. */
const NO_CALL = {
  disposition: null,
  code: null,
  message: null,
  sipStatus: null,
  q850Cause: null,
  t30Result: null,
  bitRate: null,
  ecm: null,
  remoteIdSealed: null,
  remoteNsfSealed: null,
}
