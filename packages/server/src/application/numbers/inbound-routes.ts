import { findRouteMistake } from '../../domain/inbox/check-inbound-route.ts'
import type { RouteActions, RouteConditions } from '../../domain/inbox/inbound-route.ts'
import { Problem } from '../../domain/problem/problem.ts'
import type { RouteRow } from '../../ports/store/mailbox-store.ts'
import type { Actor, Scope } from '../../ports/store/scope.ts'
import type { Tx } from '../../ports/store/store.ts'
import { readAccount } from '../account-now.ts'
import { recordAudit } from '../record-change.ts'
import { type OpenRoute, openRoute, sealRoute } from '../sealed/route-secrets.ts'
import type { Services } from '../services.ts'

/** All of them are read at each call. */
const ROUTES_MAX = 200
const DEFAULT_POSITION = 100

export interface NewRoute {
  readonly name: string
  /** Lower goes first; among equals the oldest. */
  readonly position?: number
  readonly enabled?: boolean
  readonly numberId?: string | null
  readonly conditions: RouteConditions
  readonly actions: RouteActions
}

export type RouteChange = Partial<NewRoute>

export interface RouteHooks {
  readonly inTransaction?: (tx: Tx, route: OpenRoute) => Promise<void>
}

/** In the order they are asked. */
export async function listRoutes(services: Services, scope: Scope): Promise<OpenRoute[]> {
  return services.store.asAccount(scope, async (tx) => {
    const { keys } = await readAccount(services, tx)
    return (await tx.inboundRoutes.list()).map((route) => openRoute(keys, route))
  })
}

/** @throws Problem `route.not_found` */
export async function getRoute(services: Services, scope: Scope, id: string): Promise<OpenRoute> {
  return services.store.asAccount(scope, async (tx) => {
    const route = await find(tx, id)
    const { keys } = await readAccount(services, tx)
    return openRoute(keys, route)
  })
}

/** @throws Problem `route.invalid` */
export async function createRoute(
  services: Services,
  scope: Scope,
  actor: Actor,
  wanted: NewRoute,
  hooks: RouteHooks = {},
): Promise<OpenRoute> {
  const { name, position = DEFAULT_POSITION, enabled = true, numberId = null, conditions, actions } = wanted
  const id = services.random.id('rte')
  return services.store.asAccount(scope, async (tx) => {
    if ((await tx.inboundRoutes.list()).length >= ROUTES_MAX) {
      throw new Problem('route.invalid', { detail: `An account has at most ${ROUTES_MAX} routes.` })
    }
    await assertFits(tx, numberId, conditions, actions)
    const { keys, now } = await readAccount(services, tx)
    const row: RouteRow = {
      ...{ id, name, position, enabled, numberId },
      ...sealRoute(keys, id, conditions, actions),
      createdAt: now,
      updatedAt: now,
    }
    await tx.inboundRoutes.insert(row)
    await recordAudit(services, tx, actor, 'route.created', id, auditOf(row, conditions, actions))
    const route = openRoute(keys, row)
    await hooks.inTransaction?.(tx, route)
    return route
  })
}

/**
 * Changes what is named; `conditions` and `actions` are replaced as a whole. Faxes that were placed stay where they are.
 * @throws Problem `route.not_found`, `route.invalid`
 */
export async function changeRoute(
  services: Services,
  scope: Scope,
  actor: Actor,
  id: string,
  change: RouteChange,
): Promise<OpenRoute> {
  return services.store.asAccount(scope, async (tx) => {
    const { keys, now } = await readAccount(services, tx)
    const held = openRoute(keys, await find(tx, id))
    const { name, position, enabled, numberId, conditions, actions } = { ...held, ...change }
    await assertFits(tx, numberId ?? null, conditions, actions)
    const changed = await tx.inboundRoutes.update(id, {
      ...{ name, position, enabled, numberId: numberId ?? null },
      ...sealRoute(keys, id, conditions, actions),
      updatedAt: now,
    })
    if (!changed) throw new Problem('route.not_found')
    const detail = { fields: Object.keys(change), ...auditOf(changed, conditions, actions) }
    await recordAudit(services, tx, actor, 'route.changed', id, detail)
    return openRoute(keys, changed)
  })
}

/** What it refused stays on record. @throws Problem `route.not_found` */
export async function deleteRoute(services: Services, scope: Scope, actor: Actor, id: string): Promise<void> {
  await services.store.asAccount(scope, async (tx) => {
    const { position } = await find(tx, id)
    await tx.inboundRoutes.delete(id)
    await recordAudit(services, tx, actor, 'route.deleted', id, { position })
  })
}

async function assertFits(
  tx: Tx,
  numberId: string | null,
  conditions: RouteConditions,
  actions: RouteActions,
): Promise<void> {
  const mistake = findRouteMistake(numberId, conditions, actions)
  if (mistake) throw new Problem('route.invalid', mistake)
  const number = numberId === null ? undefined : await tx.numbers.get(numberId)
  if (numberId !== null && (!number || number.releasedAt !== null)) {
    const detail = '"numberId" must be the id of a number of this account.'
    throw new Problem('route.invalid', { field: 'numberId', detail })
  }
  const { mailboxId } = actions
  // Held, so that it is not given up before the rule that names it can be seen.
  if (mailboxId !== undefined && !(await tx.mailboxes.hold(mailboxId))) {
    const detail = '"actions.mailboxId" must be the id of a mailbox of this account.'
    throw new Problem('route.invalid', { field: 'actions.mailboxId', detail })
  }
}

/** What a rule asks and does, without whom it names. */
function auditOf(
  { position, enabled, numberId }: Pick<RouteRow, 'position' | 'enabled' | 'numberId'>,
  conditions: RouteConditions,
  actions: RouteActions,
) {
  const { mailboxId = null } = actions
  const told = { conditions: Object.keys(conditions), actions: Object.keys(actions) }
  return { position, enabled, numberId, mailboxId, ...told }
}

async function find(tx: Tx, id: string): Promise<RouteRow> {
  const route = await tx.inboundRoutes.get(id)
  if (!route) throw new Problem('route.not_found')
  return route
}
