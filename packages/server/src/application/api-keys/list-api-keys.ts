import type { ApiKeyRow } from '../../ports/api-key-store.ts'
import type { Scope } from '../../ports/scope.ts'
import type { Services } from '../services.ts'

/** Every key of the account and mode, oldest first, revoked ones too. */
export async function listApiKeys(services: Services, scope: Scope): Promise<ApiKeyRow[]> {
  return services.store.asAccount(scope, (tx) => tx.apiKeys.list())
}
