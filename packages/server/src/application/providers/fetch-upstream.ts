import { DocumentRefusal } from '@answerback/imaging/intake/refusal'
import type { UpstreamReceived } from '../../domain/providers/upstream-fax.ts'
import { KeyError } from '../../ports/keyring.ts'
import type { ProviderRow, UpstreamNotice } from '../../ports/store/provider-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import { type UpstreamClient, UpstreamError } from '../../ports/upstream.ts'
import { accountKeys } from '../account-keys.ts'
import { baaGate, providerParty } from '../associates/baa-gate.ts'
import { beginReception, endReception, keepReceivedPage, type Reception } from '../receiving/receive-fax.ts'
import { openProvider } from '../sealed/provider-secrets.ts'
import type { Services } from '../services.ts'
import { recordContradiction } from './record-contradiction.ts'
import { receivedPages } from './upstream-pages.ts'

/** Longer than a download and its rendering take: whoever still holds the notice then is dead. */
const FETCH_LEASE_MS = 10 * 60_000
const FIRST_DELAY_MS = 30_000
const LONGEST_DELAY_MS = 3_600_000
/** With the longest delay that is about a week of asking. */
const TRIES_MAX = 170
/** What the provider's list does not have after so many looks was never there: anybody with the token can post a number. */
const UNKNOWN_TRIES_MAX = 6
const DAY_MS = 86_400_000
/** How far back a fax is looked for in the provider's list, from when we heard of it. */
const LIST_DAYS = 3

interface Fetching {
  readonly scope: Scope
  readonly notice: UpstreamNotice
  readonly provider: ProviderRow
  readonly client: UpstreamClient
  readonly signal: AbortSignal
}

/**
 * Fetches a fax that a provider received for us and puts it where received faxes are, exactly once for each of the provider's
 * references. Numbers are those of the provider's authenticated list, and the document comes from its download alone. What cannot be had
 * yet is tried again; what cannot be had at all is told to a person.
 */
export async function fetchUpstream(
  services: Services,
  scope: Scope,
  noticeId: string,
  signal: AbortSignal,
): Promise<void> {
  const taken = await take(services, scope, noticeId, signal)
  if (!taken) return
  const { notice, client } = taken
  if (!client) return notice.tries >= TRIES_MAX ? giveUp(services, taken) : putBack(services, scope, notice)
  try {
    await fetchOne(services, { ...taken, client })
  } catch (error) {
    if (!(error instanceof UpstreamError || error instanceof DocumentRefusal)) throw error
    services.log.warn('provider.not_fetched', {
      providerId: notice.providerId,
      attempt: notice.tries,
      error,
    })
    const isFinal = error instanceof DocumentRefusal || notice.tries >= TRIES_MAX
    if (isFinal) await giveUp(services, taken)
    else await putBack(services, scope, notice)
  }
}

/** Without `client` no agreement covers the provider. */
type Taken = Omit<Fetching, 'client'> & { readonly client: UpstreamClient | undefined }

async function take(
  services: Services,
  scope: Scope,
  noticeId: string,
  signal: AbortSignal,
): Promise<Taken | undefined> {
  const { clock, store, upstream } = services
  if (!upstream) return undefined
  const now = clock.now()
  return store.asAccount(scope, async (tx) => {
    const notice = await tx.providers.takeNotice(noticeId, new Date(now), new Date(now + FETCH_LEASE_MS))
    const provider = notice && (await tx.providers.get(notice.providerId))
    if (!notice || !provider) return undefined
    // It waits at the provider, and is fetched once there is an agreement; after a week a person is told instead.
    const party = providerParty(provider)
    if (!(await baaGate(services, tx, [party]))(party))
      return { scope, notice, provider, client: undefined, signal }
    try {
      const client = upstream.open(openProvider(await accountKeys(services, tx), provider))
      return { scope, notice, provider, client, signal }
    } catch (error) {
      if (!(error instanceof KeyError)) throw error
      services.log.error('provider.key_lost', { providerId: provider.id, error })
      return undefined
    }
  })
}

async function fetchOne(services: Services, fetching: Fetching): Promise<void> {
  const { scope, notice, provider, client, signal } = fetching
  const held = await services.store.asAccount(scope, (tx) =>
    tx.providers.findReceived(provider.id, [notice.reference]),
  )
  if (held[0] && held[0].status !== 'receiving') return done(services, scope, notice, held[0].receivedFaxId)
  const row = await findRow(services, fetching)
  if (!row) {
    if (notice.tries < UNKNOWN_TRIES_MAX) return putBack(services, scope, notice)
    services.log.warn('provider.notice_unknown', { providerId: provider.id })
    return services.store.asAccount(scope, (tx) =>
      tx.providers.putNotice(notice.id, { status: 'refused', nextTryAt: null }),
    )
  }
  const transactionId = row.transactionId ?? notice.transactionId ?? undefined
  const bytes = await client.download(notice.reference, transactionId, signal)
  const pages = await receivedPages(services, bytes, signal)
  const reception = held[0] ? { scope, id: held[0].receivedFaxId } : await begin(services, fetching, row)
  for (const page of pages) await keepReceivedPage(services, reception, page)
  await endReception(services, reception, { disposition: 'delivered', dataExchanged: 'some' })
  await done(services, scope, notice, reception.id)
  services.log.info('provider.fetched', {
    providerId: provider.id,
    inboundId: reception.id,
    pages: pages.length,
  })
}

async function findRow(services: Services, fetching: Fetching): Promise<UpstreamReceived | undefined> {
  const { notice, client, signal } = fetching
  const window = {
    from: new Date(notice.createdAt.getTime() - LIST_DAYS * DAY_MS),
    to: new Date(services.clock.now()),
  }
  return (await client.received(window, signal)).find(({ reference }) => reference === notice.reference)
}

/** The unique index over provider and reference makes a second reception of the same fax impossible, whoever begins it. */
async function begin(
  services: Services,
  { scope, notice, provider }: Fetching,
  row: UpstreamReceived,
): Promise<Reception> {
  return services.store.asAccount(scope, async (tx) => {
    const received = await beginReception(services, tx, {
      line: provider.settings.kind,
      trunkId: null,
      // One of the provider's numbers; it says which for every fax we know of.
      to: row.to ?? provider.settings.callerId ?? 'unknown',
      from: row.from ?? null,
    })
    await tx.providers.bindReceived(received.id, provider.id, notice.reference)
    return { scope, id: received.id }
  })
}

async function done(
  services: Services,
  scope: Scope,
  notice: UpstreamNotice,
  receivedFaxId: string,
): Promise<void> {
  await services.store.asAccount(scope, (tx) =>
    tx.providers.putNotice(notice.id, { status: 'fetched', receivedFaxId, nextTryAt: null }),
  )
}

async function putBack(services: Services, scope: Scope, notice: UpstreamNotice): Promise<void> {
  const delayMs = Math.min(FIRST_DELAY_MS * 2 ** Math.min(notice.tries - 1, 10), LONGEST_DELAY_MS)
  const at = new Date(services.clock.now() + delayMs)
  await services.store.asAccount(scope, async (tx) => {
    await tx.providers.putNotice(notice.id, { nextTryAt: at })
    await services.queue.enqueue(
      tx,
      { name: 'fetch-upstream', scope, subjectId: notice.id },
      { startAfter: at },
    )
  })
}

async function giveUp(services: Services, { scope, notice, provider }: Taken): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    await tx.providers.putNotice(notice.id, { status: 'refused', nextTryAt: null })
    const [held] = await tx.providers.findReceived(provider.id, [notice.reference])
    await recordContradiction(services, tx, {
      kind: 'not_fetched',
      providerId: provider.id,
      reference: notice.reference,
      receivedFaxId: held?.receivedFaxId ?? null,
      ours: null,
      theirs: 'received',
      ourPages: null,
      theirPages: null,
    })
  })
}
