import { stampTti } from '@answerback/imaging/tti/stamp-tti'
import type { JournalEntry } from '../../domain/attempts/journal.ts'
import type { CallEnd } from '../../domain/fax/disposition.ts'
import type { OpenProvider } from '../../domain/providers/provider.ts'
import type { CallObserver, CallTrunk, Line, OutboundCall, OutboundPage } from '../../ports/line.ts'
import { type FaxRow, StaleLease } from '../../ports/store/fax-store.ts'
import type { RecipientRow } from '../../ports/store/recipient-store.ts'
import { type FoundPages, findPages, openPages } from '../documents/coded-pages.ts'
import { changeStatus } from '../faxes/change-status.ts'
import type { HeldFax } from '../faxes/held-fax.ts'
import { FrozenNumber, isFrozen } from '../faxes/hold-number.ts'
import { formatLocalTime } from '../local-time.ts'
import type { FaxSecrets } from '../sealed/fax-secrets.ts'
import type { Services } from '../services.ts'
import { endAttempt } from './end-attempt.ts'
import { identityGate } from './identity-gate.ts'
import type { LeaseKeeper } from './keep-lease.ts'
import { senderSettings } from './number-sending.ts'
import type { PreparedPages } from './prepare-fax.ts'
import { storePages } from './store-pages.ts'

/** How long a line may take to hang up before its word is no longer waited for. */
const HANG_UP_LIMIT_MS = 15_000

/** The way a call goes out. */
export interface Way {
  readonly line: Line
  /** On lines that use trunks. */
  readonly trunk?: CallTrunk
}

/** The way of an attempt, also where a provider places the call. */
export interface AttemptWay {
  readonly line: Pick<Line, 'name'>
  readonly trunk?: CallTrunk
  readonly provider?: OpenProvider
}

export interface BegunAttempt {
  readonly held: HeldFax
  readonly id: string
  readonly number: number
  readonly firstPage: number
  readonly trunk: CallTrunk | undefined
  readonly found: FoundPages
  /** What the directory knows of the number. */
  readonly recipient: RecipientRow | undefined
}

/**
 * One call: journals `dialing` before the line is touched, sends the pages not confirmed yet, journals every step before
 * the line goes on, and writes what came of it.
 * @param prepared pages rendered just now, whose rows are written with the attempt
 */
export async function runAttempt(
  services: Services,
  held: HeldFax,
  secrets: FaxSecrets,
  way: Way,
  keeper: LeaseKeeper,
  prepared: PreparedPages | undefined,
): Promise<FaxRow> {
  const { line } = way
  const begun = await beginAttempt(services, held, way, prepared)
  const { fax } = begun.held
  services.log.info('fax.dialing', {
    faxId: fax.id,
    attemptId: begun.id,
    attempt: begun.number,
    line: line.name,
    ...(way.trunk ? { trunkId: way.trunk.id } : {}),
  })
  keeper.callStarted()
  let told: CallEnd | undefined
  try {
    const call = await buildCall(services, begun, secrets)
    told = await placeCall(services, line, call, observe(services, begun, secrets), keeper)
  } catch (error) {
    if (error instanceof StaleLease) throw error
    services.log.error('fax.call_failed', { faxId: fax.id, attemptId: begun.id, line: line.name, error })
  }
  const attempt = { id: begun.id, firstPage: begun.firstPage, trunkId: way.trunk?.id ?? null }
  return endAttempt(services, begun.held, attempt, { told, hungUp: keeper.reason })
}

/**
 * Writes an attempt, and `dialing` in its journal, before anything is done outside.
 * @throws FrozenNumber
 */
export function beginAttempt(
  services: Services,
  held: HeldFax,
  { line, trunk, provider }: AttemptWay,
  prepared: PreparedPages | undefined,
): Promise<BegunAttempt> {
  return services.store.asAccount(held.scope, async (tx) => {
    const { fax, account } = held
    const [found, recipient] = await Promise.all([
      prepared ? { document: prepared.document, rows: prepared.pages } : findPages(tx, fax.pagesDocumentId),
      tx.recipients.find(fax.toHash),
    ])
    if (isFrozen(fax, recipient)) throw new FrozenNumber()
    const rendered = prepared ? await storePages(services, tx, held, prepared) : {}
    const at = new Date(services.clock.now() + account.aheadMs)
    const id = services.random.id('att')
    const number = fax.attemptCount + 1
    const firstPage = fax.pagesConfirmed + 1
    const trunkId = trunk?.id ?? null
    await tx.attempts.begin({
      id,
      faxId: fax.id,
      number,
      line: line.name,
      trunkId,
      providerId: provider?.id ?? null,
      firstPage,
      at,
    })
    // Due from now on, so that the sweep takes up a call whose worker let go of it.
    const patch = {
      attemptCount: number,
      startedAt: fax.startedAt ?? at,
      waitingSince: null,
      waitingTrunks: null,
      nextActionAt: at,
    }
    const sending = await changeStatus(services, tx, held, 'sending', { ...rendered, ...patch })
    return { held: sending, id, number, firstPage, trunk, found, recipient }
  })
}

/** What is to be sent: the pages not confirmed yet, each with its header line. */
export async function buildCall(
  services: Services,
  begun: BegunAttempt,
  secrets: FaxSecrets,
): Promise<OutboundCall> {
  const { account, fax } = begun.held
  const { settings } = account.row
  const from = secrets.from ?? settings.callerId
  const sender = await readSender(services, begun, secrets)
  const coded = await openPages(services, account.keys, begun.found)
  const header = {
    at: formatLocalTime(services.clock.now() + account.aheadMs, settings.timeZone),
    from: [sender?.headerText ?? settings.headerText ?? account.row.name, from].filter(Boolean).join(' '),
    to: secrets.to,
    pageCount: coded.length,
  }
  const pages: OutboundPage[] = coded
    .filter(({ number }) => number > fax.pagesConfirmed)
    .map(({ number, ...page }) => ({ number, page: stampTti(page, { ...header, page: number }) }))
  return {
    attemptId: begun.id,
    attemptNumber: begun.number,
    to: secrets.to,
    from: sender?.callerId ?? secrets.from ?? undefined,
    stationId: stationId(settings.stationId ?? from ?? ''),
    pages,
    ...(begun.trunk ? { trunk: begun.trunk } : {}),
  }
}

/** A fax that names no sender is asked for nothing. */
async function readSender(services: Services, { held }: BegunAttempt, { from }: FaxSecrets) {
  return from === null
    ? undefined
    : services.store.asAccount(held.scope, (tx) => senderSettings(tx, from), { durable: false })
}

/** T.30 §5.3.6.2.6 allows 20 characters of digits, `+` and space. */
function stationId(text: string): string {
  return text.replace(/[^0-9+ ]/g, '').slice(0, 20)
}

function observe(services: Services, begun: BegunAttempt, secrets: FaxSecrets): CallObserver {
  const { scope, fax, account } = begun.held
  const gate = identityGate(begun, secrets)
  const journal = (entry: JournalEntry) =>
    services.store.asAccount(scope, async (tx) => {
      const nowMs = services.clock.now()
      if (entry.kind === 'page_confirmed') {
        // Tells the progress, and fences the entry: an older lease writes nothing.
        await tx.faxes.transition(
          fax.id,
          'sending',
          'sending',
          { pagesConfirmed: entry.page },
          fax.leaseToken,
        )
      } else {
        const until = new Date(nowMs + services.policy.leaseMs)
        if (!(await tx.faxes.renewLease(fax.id, fax.leaseToken, until))) throw new StaleLease()
      }
      await tx.attempts.journal(begun.id, new Date(nowMs + account.aheadMs), entry)
    })
  return {
    connected: () => journal({ kind: 'connected' }),
    ...(gate ? { identity: async (remoteId?: string) => gate(remoteId) !== 'contradicts' } : {}),
    pageSending: (page, final) => journal({ kind: final ? 'final_page_sending' : 'page_sending', page }),
    pageConfirmed: (page) => journal({ kind: 'page_confirmed', page }),
  }
}

/** The call's end as the line tells it; `undefined` when a line told to hang up does not come back. */
async function placeCall(
  services: Services,
  line: Line,
  call: OutboundCall,
  observer: CallObserver,
  keeper: LeaseKeeper,
): Promise<CallEnd | undefined> {
  if (keeper.signal.aborted) return { disposition: 'canceled', dataExchanged: 'none' }
  let cancelTimer = () => {}
  const lost = new Promise<undefined>((resolve) => {
    const onAbort = () => {
      cancelTimer = services.clock.setTimer(HANG_UP_LIMIT_MS, () => resolve(undefined))
    }
    keeper.signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([line.place(call, observer, keeper.signal), lost])
  } finally {
    cancelTimer()
  }
}
