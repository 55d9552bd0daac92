import type { Scope } from '../../ports/store/scope.ts'
import { createApiKey } from '../api-keys/create-api-key.ts'
import type { Services } from '../services.ts'

export interface NewAccount {
  readonly accountId: string
  /** Told once; only their hashes are stored. */
  readonly testKey: string
  readonly liveKey: string
}

/** Makes an account with a key of its own for its data, and one API key for each mode. */
export async function createAccount(services: Services, name: string): Promise<NewAccount> {
  const accountId = services.random.id('acc')
  const wrappedKey = await services.keyring.createAccountKey(accountId)
  await services.store.asSystem((tx) =>
    tx.accounts.create({
      id: accountId,
      name,
      wrappedKey,
      testClockOffsetMs: 0,
      settings: {},
      createdAt: new Date(services.clock.now()),
    }),
  )
  const actor = { kind: 'system', id: 'setup', requestId: null } as const
  const scope = (mode: Scope['mode']): Scope => ({ accountId, mode })
  const test = await createApiKey(services, scope('test'), actor, { name: 'First test key' })
  const live = await createApiKey(services, scope('live'), actor, { name: 'First live key' })
  return { accountId, testKey: test.secret, liveKey: live.secret }
}
