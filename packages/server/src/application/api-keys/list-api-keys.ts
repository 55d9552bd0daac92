import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

/** Every key of the account and mode, oldest first, revoked ones too. */
export async function listApiKeys(services: Services, scope: Scope): Promise<ApiKeyRow[]> {
  return services.store.asAccount(scope, (tx) => tx.apiKeys.list())
}
