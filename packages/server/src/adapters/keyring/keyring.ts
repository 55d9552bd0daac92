import { createSecretKey, randomBytes } from 'node:crypto'
import type { AccountKeys, AccountKeyVersions, KeyProvider, Keyring } from '../../ports/keyring.ts'
import { accountKeys, keyedHash } from './account-keys.ts'
import { KEY_BYTES } from './aead.ts'
import {
  formatBundle,
  type KeyBundle,
  parseBundle,
  usingNewest,
  versionsOf,
  withNewVersion,
  withoutOld,
} from './key-bundle.ts'
import { createSigningKey, rewrapSigningKey, signWith } from './signing-key.ts'

/** Unwrapped accounts kept in memory; the one used least lately goes first. */
const ACCOUNTS_MAX = 1_000
/** How long keys are used without a look at the account's row, where a new version would stand. */
const UNLOCKED_MS = 60_000

interface Unlocked {
  /** The same account wrapped anew is unwrapped anew. */
  readonly wrapped: Buffer
  readonly keys: Promise<AccountKeys>
  /** On the monotonic clock, ms. */
  readonly readAt: number
}

/**
 * A keyring over a provider.
 * @param installationKey 32 bytes, the same in every process of the installation
 */
export function createKeyring(provider: KeyProvider, installationKey: Uint8Array): Keyring {
  const known = new Map<string, Unlocked>()
  const hashKey = createSecretKey(installationKey)
  return {
    createAccountKey: (accountId) => provider.wrap(randomBytes(KEY_BYTES), accountContext(accountId)),
    account: (accountId, wrapped) => {
      const found = known.get(accountId)
      const same = found?.wrapped.equals(wrapped) === true
      const keys = same ? found.keys : unwrapAccount(provider, accountId, wrapped)
      known.delete(accountId)
      const readAt = performance.now()
      known.set(accountId, { wrapped: same ? found.wrapped : Buffer.from(wrapped), keys, readAt })
      keys.catch(() => known.delete(accountId))
      for (const oldest of known.keys()) {
        if (known.size <= ACCOUNTS_MAX) break
        known.delete(oldest)
      }
      return keys
    },
    unlocked: (accountId) => {
      const found = known.get(accountId)
      return found && performance.now() - found.readAt < UNLOCKED_MS ? found.keys : undefined
    },
    masterKeyId: () => provider.currentId(),
    wrappedBy: (wrapped) => provider.idOf(wrapped),
    rewrapAccountKey: async (accountId, wrapped) =>
      rewrap(provider, accountId, await unwrapBundle(provider, accountId, wrapped)),
    accountKeyVersions: async (accountId, wrapped) =>
      versionsOf(await unwrapBundle(provider, accountId, wrapped)),
    changeAccountKey: async (accountId, wrapped, change) =>
      rewrap(provider, accountId, CHANGES[change](await unwrapBundle(provider, accountId, wrapped))),
    rewrapSecret: async (context, wrapped) => {
      const bound = `secret ${context}`
      return provider.wrap(await provider.unwrap(wrapped, bound), bound)
    },
    rewrapSigningKey: (purpose, wrapped) => rewrapSigningKey(provider, purpose, wrapped),
    installationHash: (purpose, value) => keyedHash(hashKey, purpose, value),
    wrapSecret: (context, secret) => provider.wrap(secret, `secret ${context}`),
    unwrapSecret: (context, wrapped) => provider.unwrap(wrapped, `secret ${context}`),
    createSigningKey: (purpose) => createSigningKey(provider, purpose),
    sign: (purpose, wrapped, message) => signWith(provider, purpose, wrapped, message),
  }
}

async function unwrapAccount(
  provider: KeyProvider,
  accountId: string,
  wrapped: Uint8Array,
): Promise<AccountKeys> {
  return accountKeys(accountId, await unwrapBundle(provider, accountId, wrapped))
}

const CHANGES: Readonly<Record<'add' | 'use' | 'retire', (bundle: KeyBundle) => KeyBundle>> = {
  add: withNewVersion,
  use: usingNewest,
  retire: withoutOld,
}

async function unwrapBundle(
  provider: KeyProvider,
  accountId: string,
  wrapped: Uint8Array,
): Promise<KeyBundle> {
  return parseBundle(await provider.unwrap(wrapped, accountContext(accountId)))
}

async function rewrap(
  provider: KeyProvider,
  accountId: string,
  bundle: KeyBundle,
): Promise<{ readonly wrapped: Buffer; readonly versions: AccountKeyVersions }> {
  const wrapped = await provider.wrap(formatBundle(bundle), accountContext(accountId))
  return { wrapped, versions: versionsOf(bundle) }
}

function accountContext(accountId: string): string {
  return `account-key ${accountId}`
}
