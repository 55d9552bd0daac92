import type { Leftovers } from '../../../ports/store/leftovers.ts'
import type { Database } from '../connection/connection.ts'

/** Longer than any window of `domain/access/sign-in-limits.ts`. */
const GUESS_KEPT_MS = 3_600_000

export class PostgresLeftovers implements Leftovers {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async deleteExpired(now: Date): Promise<{ blobKeys: string[] }> {
    const documents = await this.#database
      .deleteFrom('document')
      .where('expires_at', '<=', now)
      .where((on) =>
        on.not(
          on.exists(on.selectFrom('fax_source').select('fax_id').whereRef('document_id', '=', 'document.id')),
        ),
      )
      .where((on) =>
        on.not(
          on.exists(
            on
              .selectFrom('legal_hold')
              .select('id')
              .whereRef('legal_hold.account_id', '=', 'document.account_id')
              .whereRef('legal_hold.mode', '=', 'document.mode')
              .where('kind', '=', 'account')
              .where('released_at', 'is', null),
          ),
        ),
      )
      .returning('blob_key')
      .execute()
    await this.#database.deleteFrom('idempotency_key').where('expires_at', '<=', now).execute()
    await this.#database.deleteFrom('destination_slot').where('lease_until', '<=', now).execute()
    await this.#database.deleteFrom('trunk_call').where('lease_until', '<=', now).execute()
    await this.#database.deleteFrom('ceremony').where('expires_at', '<=', now).execute()
    await this.#database.deleteFrom('password_reset').where('expires_at', '<=', now).execute()
    await this.#database
      .deleteFrom('guess')
      .where('since', '<=', new Date(now.getTime() - GUESS_KEPT_MS))
      .execute()
    return { blobKeys: documents.map((document) => document.blob_key) }
  }

  async doomedBlobs(limit: number): Promise<string[]> {
    const rows = await this.#database.selectFrom('doomed_blob').select('blob_key').limit(limit).execute()
    return rows.map((row) => row.blob_key)
  }

  async forgetBlobs(blobKeys: readonly string[]): Promise<void> {
    if (blobKeys.length === 0) return
    await this.#database.deleteFrom('doomed_blob').where('blob_key', 'in', blobKeys).execute()
  }
}
