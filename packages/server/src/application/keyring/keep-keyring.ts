import type { AccountRow } from '../../ports/store/account-store.ts'
import type { WrappedPlace } from '../../ports/store/keyring-store.ts'
import { AUDIT_KEY_PURPOSE } from '../audit/sign-checkpoint.ts'
import { totpContext } from '../people/totp.ts'
import type { Services } from '../services.ts'

export interface KeyringReport {
  /** Accounts and secrets wrapped by the master key of now. */
  readonly wrapped: number
  /** Documents wrapped by the newest version of their account's key. */
  readonly documents: number
  /** There is more to wrap: the next run should follow at once. */
  readonly more: boolean
}

/** Of one run. A key service takes some milliseconds for each account. */
const ACCOUNTS = 50
const SECRETS = 500
const DOCUMENTS = 500
/** Longer than a process uses keys without a look at the account's row. */
const SETTLE_MARGIN_MS = 10 * 60_000

/**
 * How long a new version of an account's key is only known, before it wraps, and an old one is still known after it wrapped last: whoever
 * holds the account's keys in hand, as a worker does for the length of a call, has let them go by then.
 */
export function settleMs({ policy }: Services): number {
  return policy.callDurationMaxMs + SETTLE_MARGIN_MS
}

/**
 * Wraps anew what old keys wrap, a piece at each run: accounts' keys and secrets by the master key of now, documents' keys by the newest
 * version of their account's. Everything can be read throughout, whatever process or crash comes in between: each row is wrapped by one key or
 * the other, and both open.
 */
export async function keepKeyring(services: Services): Promise<KeyringReport> {
  const masterId = await services.keyring.masterKeyId()
  const accounts = await wrapAccounts(services, masterId)
  const secrets = await wrapSecrets(services, masterId)
  const documents = await advanceAccounts(services)
  return {
    wrapped: accounts.wrapped + secrets,
    documents: documents.wrapped,
    more: accounts.more || documents.more,
  }
}

async function wrapAccounts(
  { store, keyring, log }: Services,
  masterId: string,
): Promise<{ wrapped: number; more: boolean }> {
  const found = await store.asSystem((tx) => tx.keyring.accountsNotWrappedBy(masterId, ACCOUNTS))
  let wrapped = 0
  for (const { id, wrappedKey } of found) {
    try {
      // An account that is new, or from before this was noted, may be wrapped by the right key already.
      const isCurrent = keyring.wrappedBy(wrappedKey) === masterId
      const to = isCurrent ? wrappedKey : (await keyring.rewrapAccountKey(id, wrappedKey)).wrapped
      const wrappedBy = keyring.wrappedBy(to)
      if (
        await store.asSystem((tx) => tx.keyring.replaceAccountKey(id, wrappedKey, { wrapped: to, wrappedBy }))
      )
        wrapped += 1
    } catch (error) {
      log.error('keyring.not_wrapped', { accountId: id, error })
    }
  }
  // When none of them could be wrapped, the next run waits its turn.
  return { wrapped, more: found.length === ACCOUNTS && wrapped > 0 }
}

interface OldSecret {
  readonly place: WrappedPlace
  readonly wrapped: Buffer
  rewrap(): Promise<Buffer>
}

/** What besides accounts another master key than `masterId` wraps. */
export async function oldSecrets({ store, keyring }: Services, masterId: string): Promise<OldSecret[]> {
  const found = await store.asSystem(async (tx) => ({
    audit: (await tx.auditLog.auditKey())?.privateWrapped,
    installation: await tx.keyring.installationKey(),
  }))
  const secrets: OldSecret[] = []
  const add = (
    place: WrappedPlace,
    wrapped: Buffer | undefined,
    rewrap: (from: Buffer) => Promise<Buffer>,
  ) => {
    if (wrapped === undefined || keyring.wrappedBy(wrapped) === masterId) return
    secrets.push({ place, wrapped, rewrap: () => rewrap(wrapped) })
  }
  add({ of: 'audit-log' }, found.audit, (from) => keyring.rewrapSigningKey(AUDIT_KEY_PURPOSE, from))
  add({ of: 'installation' }, found.installation, (from) => keyring.rewrapSecret('installation-key', from))
  for (let after: string | undefined; ; ) {
    const people = await store.asSystem((tx) => tx.keyring.wrappedSecrets(after, SECRETS))
    for (const { id, wrapped } of people) {
      add({ of: 'person', id }, wrapped, (from) => keyring.rewrapSecret(totpContext(id), from))
    }
    after = people.at(-1)?.id
    if (people.length < SECRETS) return secrets
  }
}

async function wrapSecrets(services: Services, masterId: string): Promise<number> {
  let count = 0
  for (const { place, wrapped, rewrap } of await oldSecrets(services, masterId)) {
    const to = await rewrap()
    if (await services.store.asSystem((tx) => tx.keyring.replaceWrapped(place, wrapped, to))) count += 1
  }
  return count
}

async function advanceAccounts(services: Services): Promise<{ wrapped: number; more: boolean }> {
  const total = { wrapped: 0, more: false }
  for (const account of await services.store.asSystem((tx) => tx.keyring.rotatingAccounts())) {
    try {
      const wrapped = await advance(services, account)
      total.wrapped += wrapped
      total.more ||= wrapped > 0
    } catch (error) {
      services.log.error('keyring.not_wrapped', { accountId: account.id, error })
    }
  }
  return total
}

/** One step of an account's rotation. @returns how many documents were wrapped anew */
async function advance(services: Services, account: AccountRow): Promise<number> {
  const { store, keyring, clock } = services
  const { id, wrappedKey, keyRotatedAt } = account
  const hasSettled = clock.now() - (keyRotatedAt?.getTime() ?? 0) >= settleMs(services)
  const { current, newest } = await keyring.accountKeyVersions(id, wrappedKey)
  if (current !== newest) {
    if (hasSettled) await change(services, account, 'use', new Date(clock.now()))
    return 0
  }
  const keys = await keyring.account(id, wrappedKey)
  const documents = await store.asSystem((tx) => tx.keyring.documentsNotUnder(id, current, DOCUMENTS))
  if (documents.length > 0) {
    const rewrapped = documents.map((each) => ({
      ...each,
      to: keys.rewrapDocumentKey(each.id, each.wrapped),
    }))
    return store.asSystem((tx) => tx.keyring.replaceDocumentKeys(rewrapped))
  }
  // Until then somebody may still be wrapping by the old version.
  if (hasSettled) await change(services, account, 'retire', null)
  return 0
}

async function change(
  { store, keyring }: Services,
  { id, wrappedKey }: AccountRow,
  what: 'use' | 'retire',
  keyRotatedAt: Date | null,
): Promise<void> {
  const { wrapped } = await keyring.changeAccountKey(id, wrappedKey, what)
  const to = { wrapped, wrappedBy: keyring.wrappedBy(wrapped), keyRotatedAt }
  await store.asSystem((tx) => tx.keyring.replaceAccountKey(id, wrappedKey, to))
}
