import type { ApiKeyRow } from '../../../ports/store/api-key-store.ts'
import { timeOrNull } from './time.ts'

/** A key as its owner may see it: never its hash. */
export function apiKeyView(key: ApiKeyRow) {
  return {
    id: key.id,
    name: key.name,
    livemode: key.mode === 'live',
    hint: key.hint,
    scopes: [...key.scopes],
    createdAt: key.createdAt.toISOString(),
    expiresAt: timeOrNull(key.expiresAt),
    lastUsedAt: timeOrNull(key.lastUsedAt),
    revokedAt: timeOrNull(key.revokedAt),
    replacedBy: key.replacedBy,
    allowedAddresses: key.allowedAddresses && [...key.allowedAddresses],
    madeBy: key.madeBy,
  }
}
