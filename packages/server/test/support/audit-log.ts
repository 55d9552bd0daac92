import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { sequenceAudit } from '../../src/application/audit/sequence-audit.ts'
import type { Services } from '../../src/application/services.ts'

/**
 * Takes all entries there are into the log. Tests share a PostgreSQL, and a transaction of another one that runs just now keeps entries
 * from being settled, for milliseconds.
 * @returns how many leaves were appended
 */
export async function sequenceAll(services: Services, owner: pg.Pool): Promise<number> {
  for (let appended = 0; ; await sleep(5)) {
    appended += (await sequenceAudit(services)) ?? 0
    const { rows } = await owner.query(
      'select from audit_entry entry where not exists (select from audit_leaf leaf where leaf.position = entry.position) limit 1',
    )
    if (rows.length === 0) return appended
  }
}
