import type { Selectable } from 'kysely'
import type {
  BlockedCallRow,
  RoutePatch,
  RouteRepository,
  RouteRow,
} from '../../../ports/store/mailbox-store.ts'
import { Repository } from '../connection/repository.ts'
import { toColumns, toFields } from '../schema/casing.ts'
import type { Tables } from '../schema/tables.ts'

function readRoute(row: Selectable<Tables['inbound_route']>): RouteRow {
  const { accountId: _account, mode: _mode, ...route } = toFields(row)
  return route
}

export class PostgresInboundRoutes extends Repository implements RouteRepository {
  async insert({ actions, ...route }: RouteRow): Promise<void> {
    await this.database
      .insertInto('inbound_route')
      .values({
        ...this.owner,
        id: route.id,
        position: route.position,
        name: route.name,
        enabled: route.enabled,
        number_id: route.numberId,
        conditions_sealed: route.conditionsSealed,
        actions: JSON.stringify(actions),
        created_at: route.createdAt,
        updated_at: route.updatedAt,
      })
      .execute()
  }

  async get(id: string): Promise<RouteRow | undefined> {
    const row = await this.database
      .selectFrom('inbound_route')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && readRoute(row)
  }

  async list(): Promise<RouteRow[]> {
    const rows = await this.database
      .selectFrom('inbound_route')
      .selectAll()
      .orderBy('position')
      .orderBy('id')
      .execute()
    return rows.map(readRoute)
  }

  async update(id: string, { actions, ...columns }: RoutePatch): Promise<RouteRow | undefined> {
    const row = await this.database
      .updateTable('inbound_route')
      .set({
        ...toColumns(columns),
        ...(actions === undefined ? {} : { actions: JSON.stringify(actions) }),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    return row && readRoute(row)
  }

  async delete(id: string): Promise<boolean> {
    const result = await this.database.deleteFrom('inbound_route').where('id', '=', id).executeTakeFirst()
    return result.numDeletedRows > 0n
  }

  async recordBlocked(call: BlockedCallRow): Promise<void> {
    await this.database
      .insertInto('blocked_call')
      .values({
        ...this.owner,
        id: call.id,
        route_id: call.routeId,
        number_id: call.numberId,
        reason: call.reason,
        from_sealed: call.fromSealed,
        at: call.at,
      })
      .execute()
  }

  async blockedCalls(afterId: string | undefined, limit: number): Promise<BlockedCallRow[]> {
    let query = this.database.selectFrom('blocked_call').selectAll().orderBy('id', 'desc').limit(limit)
    if (afterId !== undefined) query = query.where('id', '<', afterId)
    const rows = await query.execute()
    return rows.map((row) => {
      const { accountId: _account, mode: _mode, ...call } = toFields(row)
      return call
    })
  }
}
