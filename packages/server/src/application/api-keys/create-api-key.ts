import { isAddressBlock } from '../../domain/access/address-list.ts'
import { formatApiKey, hashApiKey, KEY_SCOPES, type KeyScope } from '../../domain/access/api-key.ts'
import { brokenBound, type KeyBounds, UNBOUND } from '../../domain/access/key-bounds.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { ApiKeyRow } from '../../ports/store/api-key-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { recordAudit } from '../record-change.ts'
import type { Services } from '../services.ts'

export interface NewApiKey {
  readonly name: string
  /** Absent: all that `grantable` allows. */
  readonly scopes?: readonly KeyScope[]
  readonly expiresAt?: Date
  /** Addresses and CIDR blocks it shall work from. Absent or `null`: any. */
  readonly allowedAddresses?: readonly string[] | null
  /** What the one who asks may pass on: nobody makes a key that may do more than their own. Absent: everything. */
  readonly grantable?: readonly KeyScope[]
  /** Of the key that asks: what it makes ends no later and works from nowhere else. Absent: none. */
  readonly bounds?: KeyBounds
}

export interface MadeApiKey {
  readonly key: ApiKeyRow
  /** Told once; only its hash is stored. */
  readonly secret: string
}

/** Makes a key for one account and mode. Throws `Problem('auth.forbidden')` for scopes beyond `grantable` and for bounds wider than `bounds`. */
export async function createApiKey(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: NewApiKey,
  hooks: { readonly inTransaction?: (tx: Tx, made: MadeApiKey) => Promise<void> } = {},
): Promise<MadeApiKey> {
  const grantable = wanted.grantable ?? KEY_SCOPES
  const scopes = wanted.scopes ?? grantable
  assertGrantable(scopes, grantable)
  const now = new Date(services.clock.now())
  if (wanted.expiresAt !== undefined && wanted.expiresAt <= now) {
    throw new Problem('request.invalid', { field: 'expiresAt', detail: '"expiresAt" must be in the future.' })
  }
  assertAddresses(wanted.allowedAddresses)
  const { bounds = UNBOUND } = wanted
  const own = {
    expiresAt: wanted.expiresAt ?? bounds.expiresAt,
    allowedAddresses:
      wanted.allowedAddresses === undefined ? bounds.allowedAddresses : wanted.allowedAddresses,
  }
  assertWithin(bounds, own)
  const secret = formatApiKey(scope.mode, services.random.bytes(32))
  const key: ApiKeyRow = {
    id: services.random.id('key'),
    accountId: scope.accountId,
    mode: scope.mode,
    name: wanted.name,
    hash: hashApiKey(secret),
    hint: secret.slice(-4),
    scopes,
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
    replacedBy: null,
    ...own,
    madeBy: actor.id,
  }
  const made = { key, secret }
  await services.store.asAccount(scope, async (tx) => {
    await tx.apiKeys.insert(key)
    await recordAudit(services, tx, actor, 'api_key.created', key.id, { scopes: [...scopes] })
    await hooks.inTransaction?.(tx, made)
  })
  return made
}

/** Each must be an address or a CIDR block. */
export function assertAddresses(addresses: readonly string[] | null | undefined): void {
  const index = addresses?.findIndex((each) => !isAddressBlock(each)) ?? -1
  if (index < 0) return
  throw new Problem('request.invalid', {
    field: `allowedAddresses[${index}]`,
    detail: 'Give an address such as 192.0.2.7, or a block such as 192.0.2.0/24 or 2001:db8::/32.',
  })
}

/** @throws Problem `auth.forbidden` */
export function assertWithin(bounds: KeyBounds, wanted: KeyBounds): void {
  const field = brokenBound(bounds, wanted)
  if (field === undefined) return
  throw new Problem('auth.forbidden', {
    field,
    detail:
      'A key can pass on only what it has itself: no key of its making works longer, or from elsewhere.',
  })
}

export function assertGrantable(wanted: readonly KeyScope[], grantable: readonly KeyScope[]): void {
  const beyond = wanted.find((each) => !grantable.includes(each))
  if (beyond === undefined) return
  throw new Problem('auth.forbidden', {
    field: 'scopes',
    detail: `A key can pass on only what it has itself; this one lacks "${beyond}".`,
  })
}
