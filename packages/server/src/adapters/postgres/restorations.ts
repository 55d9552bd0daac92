import { sql } from 'kysely'
import type { RestorationRow, Restorations } from '../../ports/store/restoration-store.ts'
import type { PostgresPool } from './connection/connection.ts'

/** Any fixed number serves; it must only be the same in every version of Answerback. */
const SETTLE_LOCK = 7_204_117_012

export function createRestorations(pool: PostgresPool): Restorations {
  return {
    whileUnsettled: (work) =>
      pool.withConnection(async ({ database }) => {
        const read = () =>
          sql<RestorationRow>`
            select id, backup_made_at as "backupMadeAt", restored_at as "restoredAt"
            from restoration where settled_at is null order by id limit 1`
            .execute(database)
            .then(({ rows }) => rows[0])
        if (!(await read())) return
        await sql`select pg_advisory_lock(${SETTLE_LOCK}::bigint)`.execute(database)
        try {
          const restoration = await read()
          if (restoration) await work(restoration)
        } finally {
          await sql`select pg_advisory_unlock(${SETTLE_LOCK}::bigint)`.execute(database)
        }
      }),
    settle: (id, at) =>
      pool.withConnection(async ({ database }) => {
        await sql`update restoration set settled_at = ${at} where id = ${id}`.execute(database)
      }),
  }
}
