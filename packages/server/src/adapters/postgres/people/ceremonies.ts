import { sql } from 'kysely'
import type { Ceremonies, CeremonyKind } from '../../../ports/store/credential-store.ts'
import type { Database } from '../connection/connection.ts'

export class PostgresCeremonies implements Ceremonies {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async begin(hash: Buffer, kind: CeremonyKind, personId: string | null, expiresAt: Date): Promise<void> {
    await this.#database
      .insertInto('ceremony')
      .values({ hash, kind, person_id: personId, expires_at: expiresAt })
      .execute()
  }

  async take(hash: Buffer, kind: CeremonyKind, personId: string | null, now: Date): Promise<boolean> {
    const result = await this.#database
      .deleteFrom('ceremony')
      .where('hash', '=', hash)
      .where('kind', '=', kind)
      .where(sql<boolean>`person_id is not distinct from ${personId}`)
      .where('expires_at', '>', now)
      .executeTakeFirst()
    return result.numDeletedRows > 0n
  }

  async takeAnyones(
    hash: Buffer,
    kind: CeremonyKind,
    now: Date,
  ): Promise<{ personId: string | null } | undefined> {
    const row = await this.#database
      .deleteFrom('ceremony')
      .where('hash', '=', hash)
      .where('kind', '=', kind)
      .where('expires_at', '>', now)
      .returning('person_id')
      .executeTakeFirst()
    return row && { personId: row.person_id }
  }
}
