import { Problem } from '../../domain/problem/problem.ts'
import type { ProviderSettings } from '../../domain/providers/provider.ts'
import type { ProviderRow } from '../../ports/store/provider-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { hashHookToken, sealHookAuth, sealProviderKey } from '../sealed/provider-secrets.ts'
import type { BasicAuth } from '../sealed/webhook-secrets.ts'
import type { Services } from '../services.ts'
import { checkProviderUrl } from './provider-url.ts'

/** A clinic has one; a loop that makes them is a mistake. */
const PROVIDERS_MAX = 20
const TOKEN_BYTES = 32

export interface NewProvider {
  readonly settings: ProviderSettings
  readonly apiKey: string
  /** What its posts must carry besides the token in their address; `null`: nothing. */
  readonly hookAuth: BasicAuth | null
}

export interface MadeProvider {
  readonly provider: ProviderRow
  /** The last part of the address the provider posts to. Told once. */
  readonly hookToken: string
}

export async function listProviders(services: Services, scope: Scope): Promise<ProviderRow[]> {
  return services.store.asAccount(scope, (tx) => tx.providers.list())
}

/** @throws Problem `provider.not_found` */
export async function getProvider(services: Services, scope: Scope, id: string): Promise<ProviderRow> {
  return services.store.asAccount(scope, (tx) => findProvider(tx, id))
}

/** @throws Problem `provider.test_key`, `provider.invalid` */
export async function createProvider(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: NewProvider,
  hooks: { readonly inTransaction?: (tx: Tx, provider: ProviderRow) => Promise<void> } = {},
): Promise<MadeProvider> {
  if (scope.mode !== 'live') throw new Problem('provider.test_key')
  const { settings, apiKey, hookAuth } = wanted
  await checkProviderUrl(services, settings.baseUrl)
  const id = services.random.id('prv')
  const hookToken = newToken(services)
  const provider = await services.store.asAccount(scope, async (tx) => {
    if ((await tx.providers.list()).length >= PROVIDERS_MAX) {
      throw new Problem('provider.invalid', { detail: `An account has at most ${PROVIDERS_MAX} providers.` })
    }
    const { keys, now } = await readAccount(services, tx)
    await tx.providers.insert({
      id,
      settings,
      keySealed: sealProviderKey(keys, id, apiKey),
      hookTokenHash: hashHookToken(hookToken),
      hookAuthSealed: hookAuth && sealHookAuth(keys, id, hookAuth),
      createdAt: now,
      updatedAt: now,
    })
    const { kind, enabled, simulated } = settings
    const detail = { kind, enabled, simulated, host: hostOf(settings) }
    await recordAudit(services, tx, actor, 'provider.created', id, detail)
    const made = await findProvider(tx, id)
    await hooks.inTransaction?.(tx, made)
    return made
  })
  return { provider, hookToken }
}

export interface ProviderChange {
  readonly settings: (before: ProviderSettings) => ProviderSettings
  readonly apiKey?: string
  /** `null` takes it away. */
  readonly hookAuth?: BasicAuth | null
  /** Names of the fields that were sent, for the audit. */
  readonly fields: readonly string[]
}

/** Changes what is named. Faxes in its hands are followed as before. @throws Problem `provider.not_found`, `provider.invalid` */
export async function changeProvider(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  change: ProviderChange,
): Promise<ProviderRow> {
  const before = await getProvider(services, scope, id)
  const settings = change.settings(before.settings)
  if (settings.baseUrl !== before.settings.baseUrl) await checkProviderUrl(services, settings.baseUrl)
  return services.store.asAccount(scope, async (tx) => {
    const { keys, now } = await readAccount(services, tx)
    const { apiKey, hookAuth } = change
    const changed = await tx.providers.update(id, {
      settings,
      updatedAt: now,
      ...(apiKey === undefined ? {} : { keySealed: sealProviderKey(keys, id, apiKey) }),
      ...(hookAuth === undefined ? {} : { hookAuthSealed: hookAuth && sealHookAuth(keys, id, hookAuth) }),
    })
    if (!changed) throw new Problem('provider.not_found')
    const detail = { fields: [...change.fields], host: hostOf(settings), enabled: settings.enabled }
    await recordAudit(services, tx, actor, 'provider.changed', id, detail)
    return changed
  })
}

/** A new token for the address the provider posts to; the old address ends at once. @throws Problem `provider.not_found` */
export async function rotateHookToken(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<MadeProvider> {
  const hookToken = newToken(services)
  const provider = await services.store.asAccount(scope, async (tx) => {
    const { now } = await readAccount(services, tx)
    const changed = await tx.providers.update(id, { hookTokenHash: hashHookToken(hookToken), updatedAt: now })
    if (!changed) throw new Problem('provider.not_found')
    await recordAudit(services, tx, actor, 'provider.hook_rotated', id, {})
    return changed
  })
  return { provider, hookToken }
}

/** @throws Problem `provider.not_found`, `provider.in_use` while it has faxes that have not ended */
export async function deleteProvider(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    const { settings } = await findProvider(tx, id)
    const open = await tx.providers.countOpenAttempts(id)
    if (open > 0)
      throw new Problem('provider.in_use', { detail: `It has ${open} faxes that have not ended.` })
    await tx.providers.delete(id)
    await recordAudit(services, tx, actor, 'provider.deleted', id, { host: hostOf(settings) })
  })
}

/** @throws Problem `provider.not_found` */
export async function findProvider(tx: Tx, id: string): Promise<ProviderRow> {
  const provider = await tx.providers.get(id)
  if (!provider) throw new Problem('provider.not_found')
  return provider
}

function newToken(services: Services): string {
  return services.random.bytes(TOKEN_BYTES).toString('base64url')
}

function hostOf({ baseUrl }: ProviderSettings): string {
  return new URL(baseUrl).host
}
