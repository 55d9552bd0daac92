import { Problem } from '../../domain/problem/problem.ts'
import { findTrunkMistake } from '../../domain/trunks/check-trunk.ts'
import { changesMediaPath, type MediaProtection, type TrunkSettings } from '../../domain/trunks/trunk.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { TrunkRow } from '../../ports/store/trunk-store.ts'
import { readAccount } from '../account-now.ts'
import { type GatedTrunk, gateTrunks } from '../associates/baa-gate.ts'
import { followTrunks } from '../numbers/number-trunks.ts'
import { recordAudit } from '../record-change.ts'
import { sealTrunkSecret } from '../sealed/trunk-secrets.ts'
import type { Services } from '../services.ts'
import { checkTrunkHosts } from './trunk-hosts.ts'

/** A clinic has one or two; a loop that makes them is a mistake. */
const TRUNKS_MAX = 100

export interface TrunkHooks {
  readonly inTransaction?: (tx: Tx, trunk: GatedTrunk) => Promise<void>
}

export async function listTrunks(services: Services, scope: Scope): Promise<GatedTrunk[]> {
  return services.store.asAccount(scope, async (tx) => gateTrunks(services, tx, await tx.trunks.list()))
}

/** @throws Problem `trunk.not_found` */
export async function getTrunk(services: Services, scope: Scope, id: string): Promise<GatedTrunk> {
  return services.store.asAccount(scope, async (tx) => gated(services, tx, await find(tx, id)))
}

/** @throws Problem `trunk.test_key`, `trunk.invalid` */
export async function createTrunk(
  services: Services,
  scope: Scope,
  actor: Actor,
  settings: TrunkSettings,
  secret: string | null,
  hooks: TrunkHooks = {},
): Promise<GatedTrunk> {
  if (scope.mode !== 'live') throw new Problem('trunk.test_key')
  assertFits(settings, secret !== null)
  await checkTrunkHosts(services, settings)
  const id = services.random.id('trk')
  return services.store.asAccount(scope, async (tx) => {
    if ((await tx.trunks.list()).length >= TRUNKS_MAX) {
      throw new Problem('trunk.invalid', { detail: `An account has at most ${TRUNKS_MAX} trunks.` })
    }
    const { keys, now } = await readAccount(services, tx)
    const secretSealed = secret === null ? null : sealTrunkSecret(keys, id, secret)
    const times = { createdAt: now, updatedAt: now }
    await tx.trunks.insert({ id, settings, secretSealed, acknowledgement: null, ...times })
    const { host, port, transport, registration, enabled } = settings
    const numbers = await followTrunks(services, tx, now)
    const detail = { host, port, transport, registration, enabled, ...numbers }
    await recordAudit(services, tx, actor, 'trunk.created', id, detail)
    const trunk = await gated(services, tx, await find(tx, id))
    await hooks.inTransaction?.(tx, trunk)
    return trunk
  })
}

export interface TrunkChange {
  readonly settings: (before: TrunkSettings) => TrunkSettings
  /** `null` takes it away. */
  readonly secret?: string | null
  /** Names of the fields that were sent, for the audit. */
  readonly fields: readonly string[]
}

/**
 * Changes what is named. A change of where the media goes drops the acknowledgement: what somebody knew of the old path
 * says nothing of the new one.
 * @throws Problem `trunk.not_found`, `trunk.invalid`
 */
export async function changeTrunk(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  change: TrunkChange,
): Promise<GatedTrunk> {
  const { settings: before } = await services.store.asAccount(scope, (tx) => find(tx, id))
  const wanted = change.settings(before)
  if (changesMediaPath(before, wanted) && isPossible(wanted)) await checkTrunkHosts(services, wanted, before)
  return services.store.asAccount(scope, async (tx) => {
    const held = await find(tx, id)
    const settings = change.settings(held.settings)
    const hasSecret = change.secret === undefined ? held.secretSealed !== null : change.secret !== null
    assertFits(settings, hasSecret)
    const { keys, now } = await readAccount(services, tx)
    const dropped = held.acknowledgement !== null && changesMediaPath(held.settings, settings)
    const changed = await tx.trunks.update(id, {
      settings,
      updatedAt: now,
      ...(change.secret === undefined
        ? {}
        : { secretSealed: change.secret === null ? null : sealTrunkSecret(keys, id, change.secret) }),
      ...(dropped ? { acknowledgement: null } : {}),
    })
    const numbers = await followTrunks(services, tx, now)
    const detail = { fields: [...change.fields], acknowledgementDropped: dropped, ...numbers }
    await recordAudit(services, tx, actor, 'trunk.changed', id, detail)
    return gated(services, tx, changed ?? held)
  })
}

/** Stores who said what protects the media of a trunk. @throws Problem `trunk.not_found` */
export async function acknowledgeTrunk(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  mediaProtection: MediaProtection,
): Promise<GatedTrunk> {
  return services.store.asAccount(scope, async (tx) => {
    const held = await find(tx, id)
    const { now } = await readAccount(services, tx)
    const acknowledgement = { mediaProtection, at: now, by: actor.id }
    const changed = await tx.trunks.update(id, { acknowledgement, updatedAt: now })
    const { host, port } = held.settings
    await recordAudit(services, tx, actor, 'trunk.acknowledged', id, { mediaProtection, host, port })
    return gated(services, tx, changed ?? held)
  })
}

/** Calls that are up go on. Its numbers are released; faxes that came on them stay. @throws Problem `trunk.not_found` */
export async function deleteTrunk(services: Services, scope: Scope, actor: Actor, id: string): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    const { settings } = await find(tx, id)
    await tx.trunks.delete(id)
    const numbers = await followTrunks(services, tx, new Date(services.clock.now()))
    const detail = { host: settings.host, port: settings.port, ...numbers }
    await recordAudit(services, tx, actor, 'trunk.deleted', id, detail)
  })
}

async function gated(services: Services, tx: Tx, trunk: TrunkRow): Promise<GatedTrunk> {
  const [found] = await gateTrunks(services, tx, [trunk])
  return found!
}

async function find(tx: Tx, id: string): Promise<TrunkRow> {
  const trunk = await tx.trunks.get(id)
  if (!trunk) throw new Problem('trunk.not_found')
  return trunk
}

/** Whether its hosts are hosts: what they stand for is asked of nobody before that. */
function isPossible(settings: TrunkSettings): boolean {
  const mistake = findTrunkMistake(settings, true)
  return mistake?.field !== 'host' && mistake?.field !== 'outboundProxy'
}

function assertFits(settings: TrunkSettings, hasSecret: boolean): void {
  const mistake = findTrunkMistake(settings, hasSecret)
  if (mistake) throw new Problem('trunk.invalid', mistake)
}
