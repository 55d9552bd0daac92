import { sql } from 'kysely'
import type { Database } from './connection/connection.ts'

/** A table of places for calls: a key that several calls share, the place's number, the fax that has it, and until when. */
export interface Places {
  readonly table: 'destination_slot' | 'trunk_call'
  readonly key: 'slot' | 'trunk_id'
}

/**
 * Takes one of `count` places. The fax's own place comes first, so that taking twice holds one place. Two takers of the last place
 * meet in the primary key: the second one's update finds a running lease and changes nothing.
 * @returns whether there was one
 */
export async function leasePlace(
  database: Database,
  { table, key }: Places,
  wanted: {
    readonly of: Buffer | string
    readonly faxId: string
    readonly count: number
    readonly now: Date
    readonly until: Date
  },
): Promise<boolean> {
  const { of, faxId, count, now, until } = wanted
  const name = sql.ref(key)
  const value = typeof of === 'string' ? sql`${of}::text` : sql`${of}::bytea`
  const { rows } = await sql`
    insert into ${sql.table(table)} as held (${name}, place, fax_id, lease_until)
    select ${value}, place.place, ${faxId}, ${until}::timestamptz
    from generate_series(1, ${count}::integer) place (place)
      left join ${sql.table(table)} taken on taken.${name} = ${value} and taken.place = place.place
    where (taken.fax_id is null or taken.fax_id = ${faxId} or taken.lease_until <= ${now}::timestamptz)
    order by taken.fax_id = ${faxId} desc nulls last, place.place
    limit 1
    on conflict (${name}, place) do update set fax_id = excluded.fax_id, lease_until = excluded.lease_until
      where held.fax_id = excluded.fax_id or held.lease_until <= ${now}::timestamptz
    returning place
  `.execute(database)
  return rows.length > 0
}
