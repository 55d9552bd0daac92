import { createHash, timingSafeEqual } from 'node:crypto'
import type { OpenProvider } from '../../domain/providers/provider.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { ProviderRow } from '../../ports/store/provider-store.ts'
import type { BasicAuth } from './webhook-secrets.ts'

export function sealProviderKey(keys: AccountKeys, providerId: string, apiKey: string): Buffer {
  return keys.seal(place(providerId, 'key_sealed'), apiKey)
}

/** @throws KeyError `tampered` */
export function openProvider(keys: AccountKeys, provider: ProviderRow): OpenProvider {
  const { id, accountId, settings, keySealed } = provider
  return { id, accountId, settings, apiKey: keys.openText(place(id, 'key_sealed'), keySealed) }
}

/** What is stored of a token of 256 random bits: nobody can guess one, so plain SHA-256 will do. */
export function hashHookToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

export function sealHookAuth(keys: AccountKeys, providerId: string, auth: BasicAuth): Buffer {
  return keys.seal(place(providerId, 'hook_auth_sealed'), JSON.stringify(auth))
}

/** Whether a post carries what this provider's posts must carry (RFC 7617). */
export function isHookAuthorized(
  keys: AccountKeys,
  provider: ProviderRow,
  authorization: string | undefined,
): boolean {
  if (provider.hookAuthSealed === null) return true
  const held = keys.openText(place(provider.id, 'hook_auth_sealed'), provider.hookAuthSealed)
  const { username, password } = JSON.parse(held) as BasicAuth
  const told = /^Basic +([A-Za-z0-9+/=]{1,1000}) *$/i.exec(authorization ?? '')?.[1] ?? ''
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  return timingSafeEqual(
    digest(Buffer.from(told, 'base64')),
    digest(Buffer.from(`${username}:${password}`, 'utf8')),
  )
}

function place(row: string, column: string) {
  return { table: 'provider', column, row }
}
