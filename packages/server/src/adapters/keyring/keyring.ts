import { createHash, randomBytes } from 'node:crypto'
import type { AccountKeys, KeyProvider, Keyring } from '../../ports/keyring.ts'
import { accountKeys, keyedHash } from './account-keys.ts'
import { KEY_BYTES } from './aead.ts'

/** Unwrapped accounts kept in memory; the one used least lately goes first. */
const ACCOUNTS_MAX = 1_000

/**
 * A keyring over a provider.
 * @param installationKey 32 bytes, the same in every process of the installation
 */
export function createKeyring(provider: KeyProvider, installationKey: Uint8Array): Keyring {
  const known = new Map<string, Promise<AccountKeys>>()
  return {
    createAccountKey: (accountId) => provider.wrap(randomBytes(KEY_BYTES), accountContext(accountId)),
    account: (accountId, wrapped) => {
      const name = `${accountId} ${createHash('sha256').update(wrapped).digest('base64')}`
      const keys = known.get(name) ?? unwrapAccount(provider, accountId, wrapped)
      known.delete(name)
      known.set(name, keys)
      keys.catch(() => known.delete(name))
      for (const oldest of known.keys()) {
        if (known.size <= ACCOUNTS_MAX) break
        known.delete(oldest)
      }
      return keys
    },
    installationHash: (purpose, value) => keyedHash(installationKey, purpose, value),
  }
}

async function unwrapAccount(
  provider: KeyProvider,
  accountId: string,
  wrapped: Uint8Array,
): Promise<AccountKeys> {
  return accountKeys(accountId, await provider.unwrap(wrapped, accountContext(accountId)))
}

function accountContext(accountId: string): string {
  return `account-key ${accountId}`
}
