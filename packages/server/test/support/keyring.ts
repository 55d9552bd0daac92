import { createSecretKey } from 'node:crypto'
import { seal, unseal } from '../../src/adapters/keyring/account-keys.ts'
import { contextOf } from '../../src/adapters/keyring/aead.ts'
import { createKeyring } from '../../src/adapters/keyring/keyring.ts'
import type { KeyProvider, Keyring } from '../../src/ports/keyring.ts'

/** The product's keyring over a master key that is never written down. */
export function memoryKeyring(): Keyring {
  return createKeyring(memoryKeyProvider(), Buffer.alloc(32, 2))
}

export function memoryKeyProvider(): KeyProvider {
  const master = createSecretKey(Buffer.alloc(32, 1))
  return {
    wrap: async (key, context) => seal(master, contextOf(context), key),
    unwrap: async (wrapped, context) => unseal(master, contextOf(context), wrapped),
    currentId: async () => 'memory',
    idOf: () => 'memory',
  }
}
