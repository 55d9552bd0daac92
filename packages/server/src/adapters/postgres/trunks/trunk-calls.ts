import { sql } from 'kysely'
import type { TrunkCalls, TrunkTaken } from '../../../ports/store/trunk-store.ts'
import type { Database } from '../connection/connection.ts'

/** Takes a place as `takeDestination` does, and then the trunk's turn to begin a call; without the turn the place is given back. */
export async function takeTrunkCall(
  database: Database,
  wanted: Parameters<TrunkCalls['takeTrunkCall']>[0],
): Promise<TrunkTaken> {
  const { trunkId, faxId, places, perSecond, now, until } = wanted
  const place = await sql`
    insert into trunk_call as held (trunk_id, place, fax_id, lease_until)
    select ${trunkId}, place.place, ${faxId}, ${until}::timestamptz
    from generate_series(1, ${places}::integer) place (place)
      left join trunk_call taken on taken.trunk_id = ${trunkId} and taken.place = place.place
    where (taken.fax_id is null or taken.fax_id = ${faxId} or taken.lease_until <= ${now}::timestamptz)
    order by taken.fax_id = ${faxId} desc nulls last, place.place
    limit 1
    on conflict (trunk_id, place) do update set fax_id = excluded.fax_id, lease_until = excluded.lease_until
      where held.fax_id = excluded.fax_id or held.lease_until <= ${now}::timestamptz
    returning place
  `.execute(database)
  if (place.rows.length === 0) return { kind: 'full' }
  const next = new Date(now.getTime() + Math.round(1_000 / perSecond))
  const turn = await sql`
    insert into trunk_pace as pace (trunk_id, next_call_at) values (${trunkId}, ${next}::timestamptz)
    on conflict (trunk_id) do update set next_call_at = excluded.next_call_at
      where pace.next_call_at <= ${now}::timestamptz
    returning next_call_at
  `.execute(database)
  if (turn.rows.length > 0) return { kind: 'taken' }
  await database
    .deleteFrom('trunk_call')
    .where('trunk_id', '=', trunkId)
    .where('fax_id', '=', faxId)
    .execute()
  const pace = await database
    .selectFrom('trunk_pace')
    .select('next_call_at')
    .where('trunk_id', '=', trunkId)
    .executeTakeFirstOrThrow()
  return { kind: 'paced', at: pace.next_call_at }
}
