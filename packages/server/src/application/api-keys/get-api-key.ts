import { Problem } from '../../domain/problem/problem.ts'
import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { Scope } from '../../ports/store/scope.ts'
import type { Services } from '../services.ts'

/** Throws `Problem('api_key.not_found')` also for a key of another account or mode. */
export async function getApiKey(services: Services, scope: Scope, keyId: string): Promise<ApiKeyRow> {
  const key = await services.store.asAccount(scope, (tx) => tx.apiKeys.get(keyId))
  if (key === undefined) throw new Problem('api_key.not_found')
  return key
}
