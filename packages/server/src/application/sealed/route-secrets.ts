import type { InboundRoute, RouteActions, RouteConditions } from '../../domain/inbox/inbound-route.ts'
import type { AccountKeys } from '../../ports/keyring.ts'
import type { RouteRow } from '../../ports/store/mailbox-store.ts'
import type { Tx } from '../../ports/store/store.ts'
import type { Services } from '../services.ts'

/** A rule with what is encrypted about it in the clear. Never log one. */
export interface OpenRoute extends InboundRoute, Omit<RouteRow, 'conditionsSealed' | 'actions'> {}

interface Sealed {
  readonly conditions: RouteConditions
  readonly notify?: readonly string[]
}

/** Callers' and staff's addresses are sealed; ids and settings are not. */
export function sealRoute(
  keys: AccountKeys,
  id: string,
  conditions: RouteConditions,
  { notify, ...actions }: RouteActions,
): Pick<RouteRow, 'conditionsSealed' | 'actions'> {
  const sealed: Sealed = { conditions, ...(notify ? { notify } : {}) }
  return { conditionsSealed: keys.seal(place(id), JSON.stringify(sealed)), actions: { ...actions } }
}

/** @throws KeyError `tampered` */
export function openRoute(keys: AccountKeys, { conditionsSealed, ...route }: RouteRow): OpenRoute {
  const { conditions, notify }: Sealed = JSON.parse(keys.openText(place(route.id), conditionsSealed))
  // What was stored was checked: `findRouteMistake`.
  const actions: RouteActions = { ...route.actions, ...(notify ? { notify } : {}) }
  return { ...route, conditions, actions }
}

/** The rules of an account by position. One that cannot be read is left out: it must not keep a fax from being received. */
export async function readRoutes(services: Services, tx: Tx, keys: AccountKeys): Promise<OpenRoute[]> {
  const rows = await tx.inboundRoutes.list()
  return rows.flatMap((row) => {
    try {
      return [openRoute(keys, row)]
    } catch (error) {
      services.log.error('route.unreadable', { error })
      return []
    }
  })
}

function place(row: string) {
  return { table: 'inbound_route', column: 'conditions_sealed', row }
}
