import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

/** Writes that a key is in use, so that people can see which keys are idle. */
export async function touchApiKey(services: Services, scope: Scope, keyId: string): Promise<void> {
  await services.store.asAccount(scope, (tx) =>
    tx.apiKeys.update(keyId, { lastUsedAt: new Date(services.clock.now()) }),
  )
}
