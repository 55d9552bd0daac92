import { Fault, isTerminal } from '../../domain/fax/fax.ts'
import { KeyError } from '../../ports/keyring.ts'
import type { AttemptRow } from '../../ports/store/attempt-store.ts'
import type { DocumentRow } from '../../ports/store/document-store.ts'
import type { FaxRow } from '../../ports/store/fax-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { type AccountView, readAccount } from '../account-now.ts'
import { sealParties } from '../record-change.ts'
import { openFaxSecrets } from '../sealed/fax-secrets.ts'
import type { Services } from '../services.ts'
import { changeStatus } from './change-status.ts'
import type { HeldFax } from './held-fax.ts'

/** A fax that was taken, and what it takes to go on with it. */
export interface Hold {
  readonly held: HeldFax
  /** The attempt a worker began and did not end. */
  readonly openAttempt: AttemptRow | undefined
  /** Of a fax to be rendered, in their order. */
  readonly sources: readonly SourceDocument[]
}

export interface SourceDocument {
  readonly row: DocumentRow
  readonly pages: readonly string[] | null
}

/**
 * Takes a fax for this worker if something is to be done about it now, and starts preparing it if that comes next.
 * `undefined` when it is not due, has ended, or is another worker's.
 */
export async function holdFax(services: Services, scope: Scope, faxId: string): Promise<Hold | undefined> {
  const take = async (tx: Tx): Promise<Hold | undefined> => {
    const seen = await tx.faxes.get(faxId)
    if (!seen || isTerminal(seen.status)) return undefined
    const account = await readAccount(services, tx)
    if (!isDue(seen, account.now)) return undefined
    const now = services.clock.now()
    const fax = await tx.faxes.lease(faxId, new Date(now), new Date(now + services.policy.leaseMs))
    if (!fax) return undefined
    const held = { scope, fax, account, ...tryOpenFax(account, fax) }
    if (fax.status === 'sending') return { held, openAttempt: await tx.attempts.open(faxId), sources: [] }
    const preparing = await startPreparing(services, tx, held)
    const sources = preparing.fax.status === 'preparing' ? await readSources(tx, faxId) : []
    return { held: preparing, openAttempt: undefined, sources }
  }
  // Undone by a power cut, the fax is simply due again.
  return services.store.asAccount(scope, take, { durable: false })
}

/**
 * A call that nobody waits for any more is due when its worker's lease has run out, which `lease` sees to; one without a lease is in a
 * provider's hands until the next look at it.
 */
function isDue(fax: FaxRow, now: Date): boolean {
  if (fax.status === 'sending') {
    return fax.leaseUntil !== null || (fax.nextActionAt !== null && fax.nextActionAt <= now)
  }
  if (fax.holdReason !== null) return isOver(fax, now)
  return (
    fax.waitingSince !== null ||
    fax.waitingTrunks !== null ||
    fax.cancelRequestedAt !== null ||
    (fax.nextActionAt !== null && fax.nextActionAt <= now)
  )
}

/** The fax's secrets where they open; a fax whose keys are damaged or gone must still be possible to end. */
export function tryOpenFax(account: AccountView, fax: FaxRow): Pick<HeldFax, 'secrets' | 'parties'> {
  try {
    const secrets = openFaxSecrets(account.keys, fax)
    const { to, from } = secrets
    return { secrets, parties: sealParties(account.keys, fax.id, { to, from }, fax.toSealed) }
  } catch (error) {
    if (error instanceof KeyError) return { secrets: undefined, parties: null }
    throw error
  }
}

async function readSources(tx: Tx, faxId: string): Promise<SourceDocument[]> {
  const found: SourceDocument[] = []
  for (const { documentId, pages } of await tx.faxes.sources(faxId)) {
    const row = await tx.documents.get(documentId)
    if (!row) throw new Fault('A source document of the fax is gone.')
    found.push({ row, pages })
  }
  return found
}

function isOver(fax: FaxRow, now: Date): boolean {
  return fax.cancelRequestedAt !== null || fax.deadlineAt <= now
}

async function startPreparing(services: Services, tx: Tx, held: HeldFax): Promise<HeldFax> {
  const { fax, account } = held
  if (isOver(fax, account.now)) return held
  const queued = fax.status === 'scheduled' ? await changeStatus(services, tx, held, 'queued') : held
  if (queued.fax.status !== 'queued' || fax.pagesDocumentId !== null) return queued
  return changeStatus(services, tx, queued, 'preparing')
}
