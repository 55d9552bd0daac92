import { parseNumber } from '../../domain/numbers/number.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { HoldScope } from '../../domain/retention/legal-hold.ts'
import type { LegalHoldRow } from '../../ports/store/legal-hold-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { assertCursor } from '../page-cursor.ts'
import { recordAudit } from '../record-change.ts'
import { type OpenHold, openHold, sealHold } from '../sealed/hold-secrets.ts'
import type { Services } from '../services.ts'

/** All active holds are read whenever something is destroyed. */
const ACTIVE_HOLDS_MAX = 1_000

export interface NewHold extends HoldScope {
  readonly reason: string
}

export interface HoldHooks {
  /** Runs last in the transaction that makes it. */
  readonly inTransaction?: (tx: Tx, hold: OpenHold) => Promise<void>
}

/**
 * Keeps everything in its scope from being destroyed, whoever asks and whatever the retention rules say, until it is released. When this
 * resolves no destruction that began before is still running.
 * @throws Problem `request.invalid` for a target that is not there, `number.invalid`, `hold.limit`
 */
export async function createHold(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: NewHold,
  hooks: HoldHooks = {},
): Promise<OpenHold> {
  return services.store.asAccount(scope, async (tx) => {
    const target = await checkedTarget(tx, wanted)
    if ((await tx.legalHolds.countActive()) >= ACTIVE_HOLDS_MAX) throw new Problem('hold.limit')
    const { keys } = await readAccount(services, tx)
    const id = services.random.id('hld')
    const held = { kind: wanted.kind, target }
    const hold: LegalHoldRow = {
      id,
      kind: wanted.kind,
      ...sealHold(keys, id, held, wanted.reason),
      createdAt: new Date(services.clock.now()),
      createdBy: actor.id,
      releasedAt: null,
      releasedBy: null,
    }
    await tx.legalHolds.insert(hold)
    await recordAudit(services, tx, actor, 'hold.created', id, { kind: hold.kind, targetId: hold.targetId })
    const opened = openHold(keys, hold)
    await hooks.inTransaction?.(tx, opened)
    return opened
  })
}

async function checkedTarget(tx: Tx, { kind, target }: HoldScope): Promise<string | null> {
  if (kind === 'account') {
    if (target === null) return null
    throw invalid('A hold of the whole account has no target.')
  }
  if (target === null) throw invalid('Name what is held.')
  if (kind === 'number') {
    const number = parseNumber(target)
    if (!number) throw new Problem('number.invalid', { field: 'target' })
    return number
  }
  if (kind === 'mailbox' && !(await tx.mailboxes.get(target))) throw invalid('There is no such mailbox.')
  if (kind === 'fax' && !((await tx.faxes.get(target)) ?? (await tx.received.get(target)))) {
    throw invalid('There is no such fax, sent or received.')
  }
  return target
}

function invalid(detail: string): Problem {
  return new Problem('request.invalid', { field: 'target', detail })
}

/** What it held may be destroyed from now on, by the next sweep if its time is over. @throws Problem `hold.not_found` */
export async function releaseHold(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
): Promise<OpenHold> {
  return services.store.asAccount(scope, async (tx) => {
    const released = await tx.legalHolds.release(id, new Date(services.clock.now()), actor.id)
    if (!released) throw new Problem('hold.not_found')
    await recordAudit(services, tx, actor, 'hold.released', id, { kind: released.kind })
    return openHold((await readAccount(services, tx)).keys, released)
  })
}

/** @throws Problem `hold.not_found` */
export async function getHold(services: Services, scope: Scope, id: string): Promise<OpenHold> {
  return services.store.asAccount(scope, async (tx) => {
    const hold = await tx.legalHolds.get(id)
    if (!hold) throw new Problem('hold.not_found')
    return openHold((await readAccount(services, tx)).keys, hold)
  })
}

/** Newest first, also those that were released. */
export async function listHolds(
  services: Services,
  scope: Scope,
  { cursor, limit }: { readonly cursor?: string; readonly limit: number },
): Promise<{ holds: OpenHold[]; nextCursor: string | null }> {
  assertCursor('hld', cursor)
  return services.store.asAccount(scope, async (tx) => {
    const rows = await tx.legalHolds.list(cursor, limit + 1)
    const { keys } = await readAccount(services, tx)
    const page = rows.slice(0, limit)
    const nextCursor = rows.length > limit ? page.at(-1)!.id : null
    return { holds: page.map((hold) => openHold(keys, hold)), nextCursor }
  })
}
